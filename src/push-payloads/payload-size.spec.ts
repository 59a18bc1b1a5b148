import 'reflect-metadata';
import type { ContentLinks, NotificationContent } from './notification-content.js';
import { measureFirebase, measureWebPush, type PayloadSize } from './payload-size.js';
import { ServicePayloads } from './service-payloads.js';

const FCM = new URL('https://fcm.googleapis.com');
const MOZILLA = new URL('https://updates.push.services.mozilla.com');
const APPLE = new URL('https://web.push.apple.com');

/** Salt, record size, length and key (RFC 8188, section 2.1), delimiter and tag. */
const ENCRYPTION_BYTES = 16 + 4 + 1 + 65 + 1 + 16;

const BASE = 'https://api.example.com/push-contacts/c/messages/m';
const links: ContentLinks = { clickedEventEndpoint: `${BASE}/clicked`, receivedEventEndpoint: `${BASE}/received` };

function measure(service: URL, change: Partial<NotificationContent> = {}): PayloadSize {
  return measureWebPush(contentWith(change), links, service);
}

function contentWith(change: Partial<NotificationContent>): NotificationContent {
  return { notificationTitle: 'Sale', notificationBody: 'Half price', messageId: 'id', openFields: '', ...change };
}

describe('measureWebPush', () => {
  it('measures what the push service gets, encrypted', () => {
    const json = new ServicePayloads(contentWith({})).for(FCM).jsonFor(links, 4_096) ?? '';
    const bytes = Buffer.byteLength(json) + ENCRYPTION_BYTES;
    const size = { format: 'classic', bytes, wholeBytes: bytes, limitBytes: 4_096, fits: true };
    expect(measure(FCM)).toEqual({ ...size, shortened: [], title: 'Sale', body: 'Half price' });
  });

  it('names what is shortened, and measures what is left', () => {
    const size = measure(FCM, { notificationBody: 'ñ'.repeat(3_000) });
    expect(size).toMatchObject({ fits: true, shortened: ['body'], title: 'Sale' });
    expect(size.body).toMatch(/^ñ+…$/);
    expect(size.wholeBytes).toBeGreaterThan(6_000);
    expect(size.bytes).toBeGreaterThan(4_090);
    expect(size.bytes).toBeLessThanOrEqual(4_096);
    const both = measure(FCM, { notificationTitle: 'T'.repeat(9_000), notificationBody: 'B' });
    expect(both).toMatchObject({ fits: true, shortened: ['title', 'body'], body: '' });
  });

  it('knows the limit of each service', () => {
    const change = { notificationBody: 'x'.repeat(3_000) };
    expect(measure(MOZILLA, change)).toMatchObject({ limitBytes: 3_000, shortened: ['body'] });
    expect(measure(FCM, change)).toMatchObject({ limitBytes: 4_096, shortened: [] });
  });

  it('measures the form of Safari, which has title and body twice', () => {
    const [classic, declarative] = [measure(FCM), measure(APPLE)];
    expect(declarative.format).toBe('declarative');
    const longer = measure(APPLE, { notificationBody: 'Half price!' });
    expect(longer.bytes - declarative.bytes).toBe(2);
    expect(declarative.bytes).toBeGreaterThan(classic.bytes);
    expect(measure(APPLE, { openFields: null }).format).toBe('classic');
  });

  it('says that what is never shortened does not fit', () => {
    const link = `https://example.com/${'x'.repeat(4_000)}`;
    const size = measure(FCM, { notificationOnClickLink: link });
    expect(size).toMatchObject({ fits: false, bytes: size.wholeBytes });
    expect(size.bytes).toBeGreaterThan(4_096);
  });
});

describe('measureFirebase', () => {
  const request = { notificationTitle: 'Sale', notificationBody: 'Half price', timeToLiveSeconds: 60 };

  it('measures the message without its recipient', () => {
    const message = { notification: { title: 'Sale', body: 'Half price' }, webpush: { headers: { TTL: '60' } } };
    const bytes = JSON.stringify(message).length;
    expect(measureFirebase(request)).toMatchObject({ format: 'firebase', bytes, wholeBytes: bytes, fits: true });
  });

  it('shortens nothing: what is too long is refused', () => {
    const size = measureFirebase({ ...request, notificationBody: 'x'.repeat(4_096) });
    expect(size).toMatchObject({ fits: false, limitBytes: 4_096, shortened: [] });
  });
});
