import 'reflect-metadata';
import { toFirebaseMessage } from './firebase-message.js';

const request = { tokens: [], notificationTitle: 'Title', notificationBody: 'Body' };

describe('toFirebaseMessage', () => {
  it('is byte for byte what it was before there were options, for a message without any', () => {
    const links = { notificationOnClickLink: 'https://e.com/', imageUrl: 'https://e.com/i.png' };
    expect(JSON.stringify(toFirebaseMessage({ ...request, ...links, tag: null, badgeUrl: '', silent: null }))).toBe(
      '{"notification":{"title":"Title","body":"Body","image":"https://e.com/i.png"},' +
        '"webpush":{"headers":{"TTL":"2419200"},"fcmOptions":{"link":"https://e.com/"}}}',
    );
  });

  it('has the options where FCM has a place for them', () => {
    const { webpush } = toFirebaseMessage({
      ...request,
      ...{ requireInteraction: true, silent: false, renotify: true, tag: 'sale', vibrate: [200] },
      ...{ language: 'es', direction: 'rtl', badgeUrl: 'https://e.com/b.png', data: { orderId: 4711 } },
    });
    expect(webpush).toEqual({
      headers: { TTL: '2419200' },
      notification: {
        ...{ requireInteraction: true, silent: false, renotify: true, tag: 'sale', badge: 'https://e.com/b.png' },
        ...{ vibrate: [200], lang: 'es', dir: 'rtl' },
      },
      data: { data: '{"orderId":4711}' },
    });
  });
});
