import { findMissingFields, MessageTemplate, wantedFields } from './message-template.js';

const message = {
  title: 'Hi [[[name]]]',
  body: 'b',
  onClickLink: 'https://e.com/[[[Path]]]?q=[[[query]]]#[[[other]]]',
  imageUrl: 'https://e.com/[[[path]]].png',
  iconUrl: null,
  badgeUrl: 'https://e.com/badge.png',
  actions: [{ action: 'buy', title: 'Buy', icon: 'https://e.com/[[[icon]]]', link: 'https://e.com/buy' }],
  utm: null,
};

const values = new Map([
  ['name', 'A&B'],
  ['path', '../a b/ñ?#'],
  ['query', '1&admin=true'],
]);

describe('MessageTemplate', () => {
  it('encodes values in links and images, and in no text', () => {
    const { title, links, isSendable } = new MessageTemplate(message).render(values);
    expect(title).toBe('Hi A&B');
    expect(links).toEqual({
      onClickLink: 'https://e.com/..%2Fa%20b%2F%C3%B1%3F%23?q=1%26admin%3Dtrue#[[[other]]]',
      imageUrl: 'https://e.com/..%2Fa%20b%2F%C3%B1%3F%23.png',
      iconUrl: null,
      badgeUrl: 'https://e.com/badge.png',
      actions: [{ action: 'buy', title: 'Buy', icon: 'https://e.com/[[[icon]]]', link: 'https://e.com/buy' }],
    });
    expect(isSendable).toBe(true);
  });

  it('never changes scheme or host, whatever the values', () => {
    for (const value of ['@evil.test/', '//evil.test', '\\evil.test', '..', ':443@evil.test', '\u0000', '%2f%2fevil']) {
      const { links } = new MessageTemplate(message).render(new Map([['path', value]]));
      expect(new URL(links.onClickLink ?? '').origin).toBe('https://e.com');
    }
  });

  it('adds campaign parameters to links that are opened, and to no image', () => {
    const { links } = new MessageTemplate({ ...message, utm: { source: 'push' } }).render(new Map([['path', 'x']]));
    expect(links.onClickLink).toBe('https://e.com/x?q=[[[query]]]&utm_source=push#[[[other]]]');
    expect(links.actions[0]).toMatchObject({
      link: 'https://e.com/buy?utm_source=push',
      icon: 'https://e.com/[[[icon]]]',
    });
    expect(links).toMatchObject({ imageUrl: 'https://e.com/x.png', badgeUrl: 'https://e.com/badge.png' });
  });

  it('has the same key for visitors who get the same, and another for any other link', () => {
    const template = new MessageTemplate(message);
    const key = (fields: Record<string, string>): string => template.render(new Map(Object.entries(fields))).key;
    expect(key({ path: 'a', unused: '1' })).toBe(key({ path: 'a', unused: '2' }));
    expect(key({ path: 'a' })).not.toBe(key({ path: 'b' }));
    expect(key({ icon: 'a' })).not.toBe(key({ icon: 'b' }));
  });

  it('makes the links of a message without placeholders once', () => {
    const template = new MessageTemplate({ ...message, onClickLink: null, imageUrl: null, actions: [] });
    const [one, other] = [new Map([['name', 'a']]), new Map([['name', 'b']])].map((each) => template.render(each));
    expect(one?.links).toBe(other?.links);
  });

  it.each([
    ['values', { ...message, utm: null }, new Map([['path', 'ñ'.repeat(400)]]), false],
    [
      'campaign parameters',
      { ...message, onClickLink: `https://e.com/${'x'.repeat(2_030)}`, utm: { source: 'push' } },
      new Map<string, string>(),
      false,
    ],
    [
      'neither',
      { ...message, imageUrl: null, onClickLink: `https://e.com/${'x'.repeat(9_000)}`, actions: [] },
      new Map<string, string>(),
      true,
    ],
  ])('says when a link is too long by %s', (_, template, fields, isSendable) => {
    expect(new MessageTemplate(template).render(fields).isSendable).toBe(isSendable);
  });
});

describe('wantedFields', () => {
  it('returns the placeholders of texts, links and images', () => {
    expect([...wantedFields(message)].sort()).toEqual(['icon', 'name', 'other', 'path', 'query']);
  });
});

describe('findMissingFields', () => {
  it('returns the missing ones by where they are', () => {
    expect(findMissingFields(message, new Map([['query', '']]))).toEqual({
      title: ['name'],
      body: [],
      links: ['Path', 'other'],
      images: ['path', 'icon'],
    });
  });
});
