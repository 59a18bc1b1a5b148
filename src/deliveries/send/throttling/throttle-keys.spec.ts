import { domainKey, domainRateKey, readDomainKey, readPushService } from './throttle-keys.js';

const KEY = 'B'.repeat(87);

function recipient(endpoint: string | null, vapidKey?: string): Parameters<typeof readPushService>[0] {
  const keys = { p256dh: 'p', auth: 'a', ...(vapidKey !== undefined && { vapid_public_key: vapidKey }) };
  return {
    id: '1',
    deviceToken: 't',
    visitorGuid: null,
    subscription: endpoint === null ? null : { endpoint, ...keys },
  };
}

describe('readPushService', () => {
  it.each([
    ['https://fcm.googleapis.com/fcm/send/x', 'fcm.googleapis.com'],
    ['https://FCM.googleapis.com/fcm/send/x', 'fcm.googleapis.com'],
    ['https://push.example:8443/x', 'push.example:8443'],
    ['https://user@push.example/x', 'push.example'],
    ['https://push.example', 'push.example'],
    ['no url', 'no url'],
    [null, 'firebase'],
  ])('of %s is %s', (endpoint, expected) => {
    expect(readPushService(recipient(endpoint))).toBe(expected);
  });
});

describe('readDomainKey', () => {
  it.each(['example.com', 'a b', '<script>'])('reads the domain %s, whatever the key of the sender', (domain) => {
    for (const vapidKey of [undefined, KEY]) {
      const key = domainKey(recipient('https://push.example/x', vapidKey), domain);
      expect(readDomainKey(key)).toEqual({ service: 'push.example', domain });
    }
  });

  it('reads none from other keys', () => {
    expect(readDomainKey('push.example')).toBeUndefined();
    expect(readDomainKey(domainRateKey('a b'))).toBeUndefined();
  });
});
