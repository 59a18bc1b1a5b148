import 'reflect-metadata';
import { NotificationPayload } from './notification-payload.js';
import { jsonBytes, shortenedText } from './shortened-text.js';

const graphemes = (text: string): string[] =>
  Array.from(new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);

describe('shortenedText', () => {
  const family = '👨‍👩‍👧‍👦';
  it.each([
    ['letters', 'Everything at half price', 10, 'Everyth…'.slice(0, 5) + '…'],
    ['a space before the cut', 'ab cdefgh', 8, 'ab…'],
    ['two bytes each', 'ñandú ñandú', 11, 'ñand…'],
    ['an emoji of two units', '😀😀😀', 10, '😀…'],
    ['an emoji of many code points', `${family}${family}`, 5 + 25, `${family}…`],
    ['one too few for it', `${family}${family}`, 5 + 24, undefined],
    ['a letter with a combining mark', 'éé', 8, 'é…'],
    ['what JSON escapes', '"\n"\n"\n', 11, '"\n"…'],
    ['no room at all', 'text', 0, undefined],
    ['less than no room', 'text', -5, undefined],
  ])('shortens a text to fit: %s', (_, text, maxBytes, expected) => {
    expect(shortenedText(text, maxBytes)).toBe(expected);
  });

  it('keeps as many characters as fit and never splits one', () => {
    const text = `año 😀 ${family} é "quoted" \u0001 `.repeat(5);
    const characters = graphemes(text);
    for (let maxBytes = 6; maxBytes < jsonBytes(text); maxBytes++) {
      const short = shortenedText(text, maxBytes) ?? '';
      const kept = graphemes(short.slice(0, -1));
      expect(jsonBytes(short)).toBeLessThanOrEqual(maxBytes);
      expect(characters.slice(0, kept.length)).toEqual(kept);
      const next = characters.slice(0, kept.length + 2).join('') + '…';
      expect(short === '' || jsonBytes(next) > maxBytes).toBe(true);
    }
  });
});

describe('NotificationPayload', () => {
  const request = {
    subscriptions: [],
    notificationTitle: 'Summer sale',
    notificationBody: 'Everything at half price',
    notificationOnClickLink: 'https://example.com/sale',
    imageUrl: 'https://example.com/image.png',
    iconUrl: 'https://example.com/icon.png',
    messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae',
    actions: [
      { action: 'Buy', title: 'Buy now', icon: 'https://example.com/buy.png', link: 'https://example.com/buy' },
      { action: 'later', title: 'Later' },
    ],
  };
  const extraData = {
    clickedEventEndpoint: 'https://api.example.com/clicked',
    receivedEventEndpoint: 'https://api.example.com/received',
    // Names in lower case, as the request pipe leaves them.
    actionEventEndpoints: new Map([
      ['buy', 'https://api.example.com/actionClick/Buy'],
      ['other', 'https://api.example.com/other'],
    ]),
  };
  const PLENTY = 100_000;
  const parsed = (json: string | undefined): Record<string, unknown> =>
    JSON.parse(json ?? 'null') as Record<string, unknown>;

  it('contains what the service worker shows and reports', () => {
    expect(parsed(new NotificationPayload(request).jsonFor(extraData, PLENTY))).toEqual({
      title: 'Summer sale',
      body: 'Everything at half price',
      icon: 'https://example.com/icon.png',
      image: 'https://example.com/image.png',
      data: {
        source: 'push-contact',
        messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae',
        clickLink: 'https://example.com/sale',
        clickedEventEndpoint: 'https://api.example.com/clicked',
        receivedEventEndpoint: 'https://api.example.com/received',
        actionEventEndpoints: { Buy: 'https://api.example.com/actionClick/Buy' },
        actionClickLinks: { Buy: 'https://example.com/buy' },
      },
      actions: [
        { action: 'Buy', title: 'Buy now', icon: 'https://example.com/buy.png' },
        { action: 'later', title: 'Later', icon: null },
      ],
    });
  });

  it('is byte for byte what it was before there were options, for a message without any', () => {
    const json =
      '{"title":"Summer sale","body":"Everything at half price","icon":"https://example.com/icon.png",' +
      '"image":"https://example.com/image.png","data":{"source":"push-contact",' +
      '"messageId":"df555721-5135-4b5d-9c6a-7db3565f22ae","clickLink":"https://example.com/sale",' +
      '"clickedEventEndpoint":"https://api.example.com/clicked",' +
      '"receivedEventEndpoint":"https://api.example.com/received",' +
      '"actionEventEndpoints":{"Buy":"https://api.example.com/actionClick/Buy"},' +
      '"actionClickLinks":{"Buy":"https://example.com/buy"}},' +
      '"actions":[{"action":"Buy","title":"Buy now","icon":"https://example.com/buy.png"},' +
      '{"action":"later","title":"Later","icon":null}]}';
    for (const without of [{}, { options: {} }, { options: {}, badgeUrl: null }, { badgeUrl: '' }]) {
      expect(new NotificationPayload({ ...request, ...without }).jsonFor(extraData, PLENTY)).toBe(json);
    }
  });

  it('has the options under the names of the Notifications standard, and the data of the customer', () => {
    const options = {
      requireInteraction: true,
      silent: false,
      renotify: true,
      tag: 'sale',
      vibrate: [200, 100],
      language: 'es-AR',
      direction: 'rtl',
      data: { orderId: 4711, ['__proto__']: 'x' },
    } as const;
    const badgeUrl = 'https://example.com/badge.png';
    const { data, ...payload } = parsed(
      new NotificationPayload({ ...request, options, badgeUrl }).jsonFor(extraData, PLENTY),
    );
    expect(payload.options).toEqual({
      requireInteraction: true,
      silent: false,
      renotify: true,
      tag: 'sale',
      badge: badgeUrl,
      vibrate: [200, 100],
      lang: 'es-AR',
      dir: 'rtl',
    });
    expect(data).toMatchObject({ messageId: request.messageId, data: { orderId: 4711 } });
  });

  it('never cuts the data: what does not fit with it is not sent at all', () => {
    const data = { text: 'x'.repeat(1_000) };
    const payload = new NotificationPayload({ ...request, options: { data } });
    const rest = 1_800;
    expect(parsed(payload.jsonFor(extraData, rest)).data).toMatchObject({ data });
    expect(payload.jsonFor(extraData, 1_100)).toBeUndefined();
  });

  it('has null for each value that the request lacks', () => {
    const minimal = { subscriptions: [], notificationTitle: 't', notificationBody: 'b' };
    expect(parsed(new NotificationPayload(minimal).jsonFor(null, PLENTY))).toEqual({
      title: 't',
      body: 'b',
      icon: null,
      image: null,
      data: {
        source: 'push-contact',
        messageId: null,
        clickLink: null,
        clickedEventEndpoint: null,
        receivedEventEndpoint: null,
        actionEventEndpoints: {},
        actionClickLinks: {},
      },
      actions: [],
    });
  });

  it('contains no link that a browser would run instead of open', () => {
    const code = 'javascript:alert(1)';
    const hostile = {
      ...request,
      ...{ notificationOnClickLink: code, imageUrl: 'data:image/svg+xml,<svg/>', iconUrl: ` ${code}` },
      actions: [{ action: 'Buy', title: 'Buy now', icon: code, link: code }],
    };
    const links = { clickedEventEndpoint: code, actionEventEndpoints: new Map([['buy', code]]) };
    const json = new NotificationPayload(hostile).jsonFor(links, PLENTY);
    expect(json).not.toMatch(/javascript|data:/);
    expect(parsed(json)).toMatchObject({ icon: null, image: null, actions: [{ action: 'Buy', icon: null }] });
  });

  it('shortens the body, then the title, and never the links', () => {
    const payload = new NotificationPayload({ ...request, notificationBody: 'ñ'.repeat(3_000) });
    const empty = { ...parsed(payload.jsonFor(extraData, PLENTY)), title: '', body: '' };
    const bytesOfRest = Buffer.byteLength(JSON.stringify(empty));
    for (let maxBytes = bytesOfRest + 4; maxBytes < bytesOfRest + 60; maxBytes++) {
      const json = payload.jsonFor(extraData, maxBytes);
      const { title, body } = parsed(json);
      expect(Buffer.byteLength(json ?? '')).toBeLessThanOrEqual(maxBytes);
      expect({ ...parsed(json), title: '', body: '' }).toEqual(empty);
      if (maxBytes >= bytesOfRest + 'Summer sale'.length) expect(title).toBe('Summer sale');
      else expect([title, body]).toEqual([expect.stringMatching(/^S[umer sal]*…$/), '']);
    }
    expect(payload.jsonFor(extraData, bytesOfRest + 3)).toBeUndefined();
    const ofTwoBytes = Math.floor((2_000 - 'Summer sale'.length - '…'.length * 3) / 2);
    expect(parsed(payload.jsonFor(extraData, bytesOfRest + 2_000)).body).toBe(`${'ñ'.repeat(ofTwoBytes)}…`);
  });

  it("shortens the body for each subscription by the length of that subscription's links", () => {
    const payload = new NotificationPayload({ ...request, notificationBody: 'x'.repeat(8_000) });
    const bodies = [extraData, null, { ...extraData, clickedEventEndpoint: null }, extraData].map((links) => {
      const json = payload.jsonFor(links, 3_000) ?? '';
      expect(Buffer.byteLength(json)).toBe(3_000);
      return String(parsed(json).body).length;
    });
    expect(bodies[3]).toBe(bodies[0]);
    expect(new Set(bodies).size).toBe(3);
  });
});
