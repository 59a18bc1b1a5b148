import 'reflect-metadata';
import { plainBytesFor } from './payload-limit.js';
import type { NotificationContent } from './notification-content.js';
import { NotificationPayload } from './notification-payload.js';
import { ServicePayloads } from './service-payloads.js';

const BASE = 'https://api.example.com/push-contacts/c/messages/m';
const PLENTY = 100_000;
const APPLE = new URL('https://web.push.apple.com');

const content = {
  notificationTitle: 'Summer sale',
  notificationBody: 'Everything at half price',
  notificationOnClickLink: 'https://example.com/sale',
  imageUrl: 'https://example.com/image.png',
  iconUrl: null,
  messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae',
  actions: [
    { action: 'Buy now', title: 'Buy', icon: 'https://example.com/buy.png', link: 'https://example.com/buy' },
    { action: 'later', title: 'Later' },
  ],
  badgeUrl: 'https://example.com/badge.png',
  options: { tag: 'sale', silent: true, language: 'es', direction: 'ltr' as const, data: { orderId: 4711 } },
  openFields: '',
} satisfies NotificationContent;

const extraData = {
  clickedEventEndpoint: `${BASE}/clicked`,
  receivedEventEndpoint: `${BASE}/received`,
  actionEventEndpoints: new Map([['buy now', `${BASE}/actionClick/Buy%20now`]]),
};

function jsonFor(change: object = {}, links: object | null = extraData, maxBytes = PLENTY): string | undefined {
  return new ServicePayloads({ ...content, ...change }).for(APPLE).jsonFor(links, maxBytes);
}

function parsed(json: string | undefined): Record<string, unknown> {
  return JSON.parse(json ?? 'null') as Record<string, unknown>;
}

function classic(change: object = {}, links: object | null = extraData): string | undefined {
  return new NotificationPayload({ ...content, ...change }).jsonFor(links, PLENTY);
}

describe('ServicePayloads for Safari', () => {
  it('declares the notification, and has the classic members beside it', () => {
    const { web_push: webPush, mutable, notification, ...rest } = parsed(jsonFor());
    expect([webPush, mutable]).toEqual([8030, true]);
    expect(notification).toEqual({
      title: 'Summer sale',
      body: 'Everything at half price',
      navigate: `${BASE}/open`,
      tag: 'sale',
      image: 'https://example.com/image.png',
      badge: 'https://example.com/badge.png',
      silent: true,
      lang: 'es',
      dir: 'ltr',
      actions: [
        {
          ...{ action: 'Buy now', title: 'Buy', icon: 'https://example.com/buy.png' },
          navigate: `${BASE}/open?action=Buy%20now`,
        },
        { action: 'later', title: 'Later', navigate: `${BASE}/open?action=later` },
      ],
      data: {
        source: 'push-contact',
        messageId: content.messageId,
        receivedEventEndpoint: `${BASE}/received`,
        data: { orderId: 4711 },
      },
    });
    expect(rest).toEqual(parsed(classic()));
  });

  it("has the message's id as tag, and no member without a value", () => {
    const bare = { imageUrl: null, badgeUrl: null, options: {}, actions: null };
    const { notification } = parsed(jsonFor(bare));
    expect(Object.keys(notification as object).sort()).toEqual(['actions', 'body', 'data', 'navigate', 'tag', 'title']);
    expect(notification).toMatchObject({ tag: content.messageId });
  });

  it('passes the fields of links on', () => {
    const { notification } = parsed(jsonFor({ openFields: 'Zm9v' }));
    expect(notification).toMatchObject({
      navigate: `${BASE}/open?fields=Zm9v`,
      actions: [{ navigate: `${BASE}/open?action=Buy%20now&fields=Zm9v` }, {}],
    });
  });

  it('keeps the signature of a link, and declares nothing for one with a fragment', () => {
    const links = { ...extraData, receivedEventEndpoint: `${BASE}/received?s=ofaom` };
    expect(parsed(jsonFor({ openFields: 'Zm9v' }, links)).notification).toMatchObject({
      navigate: `${BASE}/open?s=ofaom&fields=Zm9v`,
      actions: [{ navigate: `${BASE}/open?s=ofaom&action=Buy%20now&fields=Zm9v` }, {}],
      data: { receivedEventEndpoint: links.receivedEventEndpoint },
    });
    const other = { ...extraData, receivedEventEndpoint: `${BASE}/received?a#b` };
    expect(jsonFor({}, other)).toBe(classic({}, other));
  });

  it('opens the links themselves without tracking', () => {
    for (const links of [null, {}, { clickedEventEndpoint: null, receivedEventEndpoint: null }]) {
      const { notification } = parsed(jsonFor({ openFields: null }, links));
      expect(notification).toMatchObject({
        navigate: 'https://example.com/sale',
        actions: [{ navigate: 'https://example.com/buy' }, { navigate: 'https://example.com/sale' }],
      });
    }
  });

  it.each([
    ['of a caller whose tracking has no `open`', { openFields: null }, extraData],
    ['with other tracking links', {}, { ...extraData, receivedEventEndpoint: `${BASE}/seen` }],
    ['with links of clicks alone', {}, { ...extraData, receivedEventEndpoint: null }],
    ['that opens nothing', { notificationOnClickLink: null }, null],
    ['whose link is none of the web', { notificationOnClickLink: 'javascript:alert(1)' }, null],
  ])('has the classic form, byte for byte, for a message %s', (_, change, links) => {
    expect(jsonFor(change, links)).toBe(classic(change, links));
  });

  it('shortens both bodies alike, and is classic where little would be left', () => {
    const max = plainBytesFor(4_096);
    const change = { notificationBody: 'año 😀 '.repeat(600) };
    const json = jsonFor(change, extraData, max) ?? '';
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(max);
    expect(Buffer.byteLength(json)).toBeGreaterThan(max - 40);
    const { notification, body } = parsed(json);
    expect(notification).toMatchObject({ body });
    expect(body).toMatch(/…$/);
    const forms = [];
    for (let bytes = max; bytes > 1_800; bytes -= 50) forms.push(parsed(jsonFor(change, extraData, bytes)));
    const declared = forms.filter((form) => 'web_push' in form);
    const [firstClassic] = forms.slice(declared.length);
    expect(forms.slice(declared.length).some((form) => 'web_push' in form)).toBe(false);
    expect(Buffer.byteLength(String(declared.at(-1)?.body))).toBeGreaterThan(390);
    expect(String(firstClassic?.body).length).toBeGreaterThan(600);
  });
});

it.each([
  'https://fcm.googleapis.com',
  'https://updates.push.services.mozilla.com',
  'https://push.apple.com.evil.test',
])('ServicePayloads for %s is byte for byte the classic form', (service) => {
  const payload = new ServicePayloads(content).for(new URL(service));
  expect(payload.jsonFor(extraData, PLENTY)).toBe(classic());
});
