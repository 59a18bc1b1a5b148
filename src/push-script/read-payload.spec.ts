import { readPayload, readPayloadData } from './read-payload.js';

const NOTHING = {
  messageId: null,
  clickLink: null,
  clickedEventEndpoint: null,
  receivedEventEndpoint: null,
  actionEventEndpoints: {},
  actionClickLinks: {},
};

describe('readPayload', () => {
  it('reads all that a message has', () => {
    const payload = {
      title: 'Sale',
      body: 'Half price',
      icon: 'https://example.com/icon.png',
      image: 'https://example.com/image.png',
      data: {
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
    'makes something to show of %j',
    (text) => {
      const shown = { title: 'example.com', body: '', icon: null, image: null, data: NOTHING, actions: [] };

      expect(readPayload(text, 'example.com')).toEqual(shown);
    },
  );

  it('leaves out actions without name or title', () => {
    const actions = [{ action: 'buy', title: 'Buy' }, { action: 'buy' }, { title: 'Buy' }, null, 'buy'];

    expect(readPayload(JSON.stringify({ actions }), '').actions).toEqual([{ action: 'buy', title: 'Buy', icon: null }]);
  });
});

describe('readPayloadData', () => {
  it.each([undefined, null, 'text', 7, []])('finds nothing in %j', (data) => {
    expect(readPayloadData(data)).toEqual(NOTHING);
  });

  it('keeps the links and endpoints that are texts', () => {
    const mixed = { buy: 'https://example.com/buy', later: null, never: 7 };

    expect(readPayloadData({ actionClickLinks: mixed, actionEventEndpoints: mixed })).toEqual({
      ...NOTHING,
      actionClickLinks: { buy: 'https://example.com/buy' },
      actionEventEndpoints: { buy: 'https://example.com/buy' },
    });
  });
});
