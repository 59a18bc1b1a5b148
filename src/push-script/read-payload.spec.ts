import { isOwnPayload, readPayload, readPayloadData } from './read-payload.js';

const NOTHING = {
  source: 'push-contact',
  messageId: null,
  clickLink: null,
  clickedEventEndpoint: null,
  receivedEventEndpoint: null,
  actionEventEndpoints: {},
  actionClickLinks: {},
};

describe('readPayload', () => {
  it('returns all fields of a message', () => {
    const payload = {
      title: 'Sale',
      body: 'Half price',
      icon: 'https://example.com/icon.png',
      image: 'https://example.com/image.png',
      data: {
        source: 'push-contact',
        messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae',
        clickLink: 'https://example.com/sale',
        clickedEventEndpoint: 'https://push.example.com/clicked',
        receivedEventEndpoint: 'https://push.example.com/received',
        actionEventEndpoints: { buy: 'https://push.example.com/actionClick/buy' },
        actionClickLinks: { buy: 'https://example.com/buy' },
      },
      actions: [{ action: 'buy', title: 'Buy', icon: null }],
    };

    expect(readPayload(JSON.stringify(payload), 'example.com')).toEqual(payload);
  });

  it.each(['', 'text', 'null', '7', '[]', '{}', '{"title":" ","body":null,"data":[],"actions":{}}'])(
    'returns a notification with the fallback title for %j',
    (text) => {
      const shown = { title: 'example.com', body: '', icon: null, image: null, data: NOTHING, actions: [] };

      expect(readPayload(text, 'example.com')).toEqual(shown);
    },
  );

  it('leaves out actions without a name or title', () => {
    const actions = [{ action: 'buy', title: 'Buy' }, { action: 'buy' }, { title: 'Buy' }, null, 'buy'];

    expect(readPayload(JSON.stringify({ actions }), '').actions).toEqual([{ action: 'buy', title: 'Buy', icon: null }]);
  });
});

describe('readPayload, options', () => {
  const read = (options: unknown): unknown => readPayload(JSON.stringify({ options }), '').options;

  it('returns the options that are valid', () => {
    const options = {
      ...{ requireInteraction: true, silent: false, renotify: true, tag: 'sale', badge: 'https://e.com/b.png' },
      ...{ vibrate: [200, 100], lang: 'es-AR', dir: 'rtl' },
    };
    expect(read({ ...options, data: 'x', actions: [], onclick: 'x' })).toEqual(options);
    expect(read({ requireInteraction: 1, tag: ' ', badge: null, vibrate: ['x'], lang: 7, dir: 'up' })).toEqual({});
    for (const none of [undefined, null, 'x', []]) expect(read(none)).toBeUndefined();
  });

  it('never returns two options for which a browser would throw and show nothing', () => {
    expect(read({ silent: true, vibrate: [200] })).toEqual({ silent: true });
    expect(read({ renotify: true })).toEqual({});
  });

  it("returns the customer's data with the message's", () => {
    const data = { source: 'push-contact', data: { orderId: 4711 } };
    expect(readPayload(JSON.stringify({ data }), '').data.data).toEqual({ orderId: 4711 });
    expect(readPayloadData({ data: 'text' })).toEqual(NOTHING);
  });
});

describe('readPayloadData', () => {
  it.each([undefined, null, 'text', 7, []])('returns empty data for %j', (data) => {
    expect(readPayloadData(data)).toEqual(NOTHING);
  });

  it('keeps only the links and endpoints that are strings', () => {
    const mixed = { buy: 'https://example.com/buy', later: null, never: 7 };

    expect(readPayloadData({ actionClickLinks: mixed, actionEventEndpoints: mixed })).toEqual({
      ...NOTHING,
      actionClickLinks: { buy: 'https://example.com/buy' },
      actionEventEndpoints: { buy: 'https://example.com/buy' },
    });
  });

  it.each([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])(
    'reads the action %s like any other, and has none that was not sent',
    (name) => {
      const text = `{"data":{"actionEventEndpoints":{"a":"b",${JSON.stringify(name)}:"x"},"actionClickLinks":{"a":"b"}}}`;
      const { data } = readPayload(text, '');
      expect(data.actionEventEndpoints[name]).toBe('x');
      expect(data.actionClickLinks[name]).toBeUndefined();
      expect(readPayloadData(structuredClone(data)).actionEventEndpoints[name]).toBe('x');
    },
  );
});

describe('isOwnPayload', () => {
  it.each([
    ['with the source', '{"title":"Sale","data":{"source":"push-contact"}}'],
    ['of an earlier version', '{"title":"Sale","data":{"messageId":null,"clickedEventEndpoint":null}}'],
    ['with links of actions only', '{"data":{"actionClickLinks":{}}}'],
  ])('recognizes a message %s', (_what, text) => {
    expect(isOwnPayload(text)).toBe(true);
  });

  it.each([
    ['of another source', '{"data":{"source":"other","clickedEventEndpoint":"https://example.com"}}'],
    ['of Firebase', '{"data":{"messageId":"1"},"notification":{"title":"Sale"},"fcmMessageId":"2"}'],
    ['without data', '{"title":"Sale","clickLink":"https://example.com"}'],
    ['that is no JSON', 'sale'],
    ['that is empty', ''],
  ])('does not take a message %s for its own', (_what, text) => {
    expect(isOwnPayload(text)).toBe(false);
  });
});
