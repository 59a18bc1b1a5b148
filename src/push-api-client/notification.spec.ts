import { type Notification, toDeviceTokensBody, toSubscriptionsBody } from './notification.js';

const notification: Notification = {
  messageId: 'id',
  title: 'Title',
  body: 'Body',
  onClickLink: 'https://e.com',
  imageUrl: null,
  iconUrl: null,
  preferLargeImage: false,
  actions: [],
  timeToLiveSeconds: null,
  urgency: null,
  topic: null,
  badgeUrl: null,
  options: {},
  openFields: null,
};

const IMAGE = 'https://e.com/image';
const ICON = 'https://e.com/icon';
const options = { timeToLiveSeconds: 60, urgency: 'high', topic: 'news' } as const;

describe('toDeviceTokensBody', () => {
  it('contains the image unchanged and no fields that only Web Push has', () => {
    const shown = { ...notification, imageUrl: IMAGE, iconUrl: ICON };
    expect(toDeviceTokensBody(['a', 'b'], shown)).toEqual({
      tokens: ['a', 'b'],
      notificationTitle: 'Title',
      notificationBody: 'Body',
      notificationOnClickLink: 'https://e.com',
      imageUrl: IMAGE,
    });
  });

  it('contains the delivery options that are set', () => {
    expect(toDeviceTokensBody(['a'], { ...notification, ...options })).toMatchObject(options);
  });
});

describe('toSubscriptionsBody', () => {
  it('uses the field names of PushApi for subscriptions and tracking endpoints', () => {
    const tracking = { clicked: 'https://c', received: 'https://r', actions: { buy: 'https://b' } };
    const target = { endpoint: 'https://p', p256dh: 'key', auth: 'secret', vapidPublicKey: undefined, tracking };
    const actions = [{ action: 'buy', title: 'Buy', icon: null, link: 'https://e.com/buy' }];
    expect(toSubscriptionsBody([target], { ...notification, actions })).toEqual({
      subscriptions: [
        {
          endpoint: 'https://p',
          p256DH: 'key',
          auth: 'secret',
          subscriptionExtraData: {
            clickedEventEndpoint: 'https://c',
            receivedEventEndpoint: 'https://r',
            actionEventEndpoints: { buy: 'https://b' },
          },
        },
      ],
      notificationTitle: 'Title',
      notificationBody: 'Body',
      notificationOnClickLink: 'https://e.com',
      imageUrl: null,
      iconUrl: null,
      messageId: 'id',
      actions,
    });
  });

  it('passes the VAPID key of a subscription along, and no member where it has none', () => {
    const tracking = { clicked: null, received: null, actions: null };
    const target = { endpoint: 'https://p', p256dh: 'key', auth: 'secret', tracking };
    const keys = ['vapid', undefined].map((vapidPublicKey) => ({ ...target, vapidPublicKey }));
    const { subscriptions } = toSubscriptionsBody(keys, notification);
    expect(subscriptions[0]).toMatchObject({ vapidPublicKey: 'vapid' });
    expect(subscriptions[1]).not.toHaveProperty('vapidPublicKey');
  });

  it.each([
    [null, null, false, null, null],
    [null, ICON, false, null, ICON],
    [null, ICON, true, null, ICON],
    [IMAGE, null, false, null, IMAGE],
    [IMAGE, ICON, false, null, IMAGE],
    [IMAGE, null, true, IMAGE, null],
    [IMAGE, ICON, true, IMAGE, ICON],
  ])(
    'for image %s, icon %s and preferLargeImage %s has image %s and icon %s',
    (imageUrl, iconUrl, preferLargeImage, image, icon) => {
      const body = toSubscriptionsBody([], { ...notification, imageUrl, iconUrl, preferLargeImage });
      expect(body).toMatchObject({ imageUrl: image, iconUrl: icon });
    },
  );

  it('contains the delivery options that are set and no others', () => {
    expect(toSubscriptionsBody([], { ...notification, ...options })).toMatchObject(options);
    expect(Object.keys(toSubscriptionsBody([], notification))).not.toEqual(expect.arrayContaining(['topic']));
    expect(Object.keys(toSubscriptionsBody([], { ...notification, urgency: 'low' }))).toContain('urgency');
    expect(Object.keys(toSubscriptionsBody([], { ...notification, urgency: 'low' }))).not.toContain(
      'timeToLiveSeconds',
    );
  });
});

it.each([toDeviceTokensBody.bind(null, ['a']), toSubscriptionsBody.bind(null, [])])(
  'contains the options of the notification that are set, and no others',
  (build) => {
    const shown = { silent: false, tag: 'sale', data: { orderId: 4711 } };
    const body = build({ ...notification, badgeUrl: 'https://e.com/b.png', options: shown });
    expect(body).toEqual({ ...build(notification), ...shown, badgeUrl: 'https://e.com/b.png' });
  },
);

it.each([toDeviceTokensBody.bind(null, ['a']), toSubscriptionsBody.bind(null, [])])(
  'contains no link of an older message that runs code',
  (build) => {
    const code = 'javascript:alert(1)';
    const actions = [{ action: 'buy', title: 'Buy', icon: code, link: code }];
    const body = build({ ...notification, onClickLink: code, imageUrl: code, iconUrl: code, actions });
    expect(JSON.stringify(body)).not.toContain('javascript');
  },
);
