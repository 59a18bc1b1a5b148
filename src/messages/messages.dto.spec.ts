import 'reflect-metadata';
import { AppError } from '../core/errors/errors.js';
import { RequestPipe } from '../core/http/request.pipe.js';
import { MessageRequest } from './messages.dto.js';

const LINKS = ['onClickLink', 'imageUrl', 'iconUrl', 'badgeUrl'];

/** Returns the names of the invalid properties; none when the message is valid. */
async function rejectedNames(values: object): Promise<string[]> {
  try {
    const body = { title: 'Title', body: 'Body', ...values };
    await new RequestPipe().transform(body, { type: 'body', metatype: MessageRequest });
    return [];
  } catch (error) {
    if (error instanceof AppError) return Object.keys(error.context.errors ?? {}).sort();
    throw error;
  }
}

describe.each(LINKS)('MessageRequest.%s', (link) => {
  it.each([
    ['null', null],
    ['an empty string', ''],
    ['an https URL', 'https://example.com'],
    ['an https URL with all its parts', 'https://user@example.com:8443/a/b?c=d&e=[[[name]]]#f'],
    ['an https URL in capitals', 'HTTPS://EXAMPLE.COM/'],
    ['an international host', 'https://münchen.example/straße'],
    ['placeholders after the host', 'https://example.com/[[[path]]]/x?[[[name]]]=[[[Évènement]]]#[[[part]]]'],
  ])('accepts %s', async (_, value) => {
    expect(await rejectedNames({ [link]: value })).toEqual([]);
  });

  it.each([
    ['http', 'http://example.com'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['relative', '/sale'],
    ['relative to a scheme', '//example.com/sale'],
    ['without a scheme', 'example.com'],
    ['without a host', 'https://'],
    ['without slashes', 'https:example.com'],
    ['without a host but with a path', 'https:///sale'],
    ['with a host that cannot be', 'https://exa mple.com'],
    ['with a port that cannot be', 'https://example.com:99999'],
    ['with a host that is read otherwise', 'https://example.com\\@evil.test/'],
    ['with an address in another form', 'https://0x7f.1/'],
    ['only white space', ' '],
    ['an https URL after white space', ' https://example.com'],
    ['a placeholder for all of it', '[[[link]]]'],
    ['a placeholder for the scheme', '[[[scheme]]]://example.com/'],
    ['a placeholder for the host', 'https://[[[host]]]/'],
    ['a placeholder in the host', 'https://[[[shop]]].example.com/'],
    ['a placeholder at the end of the host', 'https://example.com[[[tld]]]/'],
    ['a placeholder for the user', 'https://[[[user]]]@example.com/'],
    ['a placeholder for the port', 'https://example.com:[[[port]]]/'],
    ['a number', 1],
    ['an array', ['https://example.com']],
  ])('rejects %s', async (_, value) => {
    expect(await rejectedNames({ [link]: value })).toEqual([link]);
  });

  it('accepts at most 2,048 characters', async () => {
    const start = 'https://example.com/';
    const makeUrl = (length: number): string => start.padEnd(length, 'x');
    expect(await rejectedNames({ [link]: makeUrl(2_048) })).toEqual([]);
    expect(await rejectedNames({ [link]: makeUrl(2_049) })).toEqual([link]);
  });

  it('counts what is sent encoded as encoded', async () => {
    expect(await rejectedNames({ [link]: `https://example.com/${'é'.repeat(338)}` })).toEqual([]);
    expect(await rejectedNames({ [link]: `https://example.com/${'é'.repeat(339)}` })).toEqual([link]);
    expect(await rejectedNames({ [link]: `https://example.com/?q=${'"'.repeat(1_000)}` })).toEqual([link]);
    expect(await rejectedNames({ [link]: `https://example.com/[[[${'é'.repeat(339)}]]]` })).toEqual([]);
  });
});

describe('MessageRequest', () => {
  it.each([
    ['title', 1_024],
    ['body', 8_192],
  ])('requires a %s that is not blank, of at most %i characters', async (name, limit) => {
    expect(await rejectedNames({ [name]: 'x'.repeat(limit) })).toEqual([]);
    for (const wrong of ['x'.repeat(limit + 1), '', ' \n', null, undefined, 1]) {
      expect(await rejectedNames({ [name]: wrong })).toEqual([name]);
    }
  });

  it('accepts only a boolean or null for preferLargeImage', async () => {
    expect(await rejectedNames({ preferLargeImage: true })).toEqual([]);
    expect(await rejectedNames({ preferLargeImage: null })).toEqual([]);
    expect(await rejectedNames({ preferLargeImage: 'true' })).toEqual(['preferLargeImage']);
  });

  it('accepts actions without any of their properties', async () => {
    expect(await rejectedNames({ actions: null })).toEqual([]);
    expect(await rejectedNames({ actions: [] })).toEqual([]);
    expect(await rejectedNames({ actions: [{}, { action: null, title: '', icon: null, link: '' }] })).toEqual([]);
    expect(await rejectedNames({ actions: [{ action: 'buy' }, { action: 'buy' }, { action: '...' }] })).toEqual([]);
  });

  it.each([
    ['actions', 'text'],
    ['actions', {}],
    ['actions.0', ['text']],
    ['actions.0', [null]],
    ['actions.1.action', [{}, { action: 'x'.repeat(129) }]],
    ['actions.0.action', [{ action: '.' }]],
    ['actions.0.action', [{ action: '..' }]],
    ['actions', [{ action: 'BUY' }, { action: 'buy' }]],
    ['actions', [{ action: 'Action2' }, {}]],
    ['actions.0.title', [{ title: 1 }]],
    ['actions.0.link', [{ link: 'javascript:alert(1)' }]],
    ['actions.0.icon', [{ icon: 'JavaScript:alert(1)' }]],
    ['actions.0.icon', [{ icon: 'data:image/png;base64,AA==' }]],
    ['actions.1.link', [{}, { link: 'https://example.com\\@evil.test/' }]],
    ['actions.0.link', [{ link: 'http://example.com/' }]],
  ])('reports %s for invalid actions', async (name, actions) => {
    expect(await rejectedNames({ actions })).toEqual([name]);
  });
});

describe('MessageRequest, how it is shown', () => {
  it.each([
    ['requireInteraction', true],
    ['silent', true],
    ['vibrate', [200, 0, 10_000]],
    ['vibrate', []],
    ['tag', 'x'.repeat(128)],
    ['language', 'zh-Hant-TW'],
    ['language', ''],
    ['direction', 'auto'],
    ['data', {}],
    ['data', { Deep: [{ list: [1, null, 'ñ'] }], constructor: 1 }],
    ['data', { text: 'ñ'.repeat(506) }],
    ['utm', {}],
    ['utm', { source: 'push', medium: null, CAMPAIGN: 'sale', content: '' }],
  ])('accepts %s: %j', async (name, value) => {
    expect(await rejectedNames({ [name]: value })).toEqual([]);
    expect(await rejectedNames({ [name]: null })).toEqual([]);
  });

  it.each([
    ['requireInteraction', 'true'],
    ['silent', 1],
    ['renotify', 'x'],
    ['tag', 7],
    ['tag', 'x'.repeat(129)],
    ['vibrate', 200],
    ['vibrate', [1.5]],
    ['vibrate', [-1]],
    ['vibrate', [10_001]],
    ['vibrate', ['200']],
    ['vibrate', [null]],
    ['vibrate', Array<number>(100).fill(1)],
    ['language', 'español'],
    ['language', 'en_US'],
    ['language', 7],
    ['direction', 'LTR'],
    ['direction', ''],
    ['data', 'text'],
    ['data', [1]],
    ['data', { text: 'ñ'.repeat(507) }],
    ['data', { text: '\ud800' }],
    ['data', { ['\udc00']: 1 }],
    ['utm', 'push'],
    ['utm.source', { source: 'x'.repeat(257) }],
    ['utm.medium', { medium: 7 }],
  ])('rejects %s: %j', async (name, value) => {
    expect(await rejectedNames({ [name.split('.')[0] ?? '']: value })).toEqual([name]);
  });

  it('rejects what a browser would throw a TypeError for', async () => {
    expect(await rejectedNames({ renotify: true })).toEqual(['renotify']);
    expect(await rejectedNames({ renotify: true, tag: '' })).toEqual(['renotify']);
    expect(await rejectedNames({ renotify: true, tag: 'sale' })).toEqual([]);
    expect(await rejectedNames({ renotify: false })).toEqual([]);
    expect(await rejectedNames({ silent: true, vibrate: [200] })).toEqual(['vibrate']);
    expect(await rejectedNames({ silent: true, vibrate: [] })).toEqual(['vibrate']);
    expect(await rejectedNames({ silent: false, vibrate: [200] })).toEqual([]);
  });

  it('keeps the data as it was written, and no more than is declared of the others', () => {
    const body = { title: 'Title', body: 'Body', DATA: { Name: { Inner: 1 } }, utm: { source: 'a', term: 'b' } };
    const request = new RequestPipe().transform(body, { type: 'body', metatype: MessageRequest });
    expect(request).toMatchObject({ data: { Name: { Inner: 1 } }, utm: { source: 'a' } });
    expect((request as MessageRequest).utm).not.toHaveProperty('term');
  });
});
