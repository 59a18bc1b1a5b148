import { parseWrittenUrl, toStoredUrl, toWebLink } from './written-url.js';

describe('parseWrittenUrl', () => {
  it.each([
    ['https://example.com', 'https://example.com'],
    ['https://example.com/', 'https://example.com/'],
    ['HTTPS://Example.COM/Sale', 'https://example.com/Sale'],
    ['https://example.com:443/a?b=c#d', 'https://example.com/a?b=c#d'],
    ['https://example.com:8443?x', 'https://example.com:8443/?x'],
    ['https://example.com/a b', 'https://example.com/a%20b'],
    ['https://example.com/a/../b', 'https://example.com/b'],
    ['https://user@example.com/x', 'https://user@example.com/x'],
    ['https://münchen.example/x', 'https://xn--mnchen-3ya.example/x'],
    ['http://127.0.0.1:4000/x', 'http://127.0.0.1:4000/x'],
    ['http://[::1]:4000/x', 'http://[::1]:4000/x'],
    ['https://example.com/?next=[[[name]]]', 'https://example.com/?next=[[[name]]]'],
  ])('reads %s as %s', (text, stored) => {
    const url = parseWrittenUrl(text);
    expect(url && toStoredUrl(url, text)).toBe(stored);
  });

  it.each([
    'https://fcm.googleapis.com\\@127.0.0.1:4780/',
    'https:\\\\example.com/x',
    'https://example.com\\..\\x',
    'https://example.com/a\\b',
    'https:/example.com/x',
    'https:example.com/x',
    'https:///example.com/x',
    'https://a@b@example.com/x',
    'https://exa\tmple.com/x',
    'https://example.com/x\n',
    'https://example.com/x ',
    ' https://example.com/x',
    '\u0001https://example.com/x',
    'https://0x7f.1/x',
    'https://2130706433/x',
    'https://127.1/x',
    'https://１２７.0.0.1/x',
    'https://ｅxample.com/x',
    'https://ex%61mple.com/x',
    'https://[0:0:0:0:0:0:0:1]/x',
    'https://exa\u00admple.com/x',
    'https://example.com:99999/x',
    'javascript:alert(1)',
    'JaVaScRiPt://example.com/%0aalert(1)',
    'data:text/html,x',
    'blob:https://example.com/x',
    '//example.com/x',
    '',
  ])('does not read %j', (text) => {
    expect(parseWrittenUrl(text)).toBeUndefined();
  });
});

describe('toWebLink', () => {
  it.each(['https://example.com/sale', 'http://127.0.0.1:3000/push-contacts/x', 'HTTPS://example.com'])(
    'keeps %s as it is written',
    (link) => {
      expect(toWebLink(link)).toBe(link);
    },
  );

  it.each([
    'javascript:alert(1)',
    'JavaScript://example.com/%0aalert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'blob:https://example.com/x',
    'file:///etc/passwd',
    'https:javascript:alert(1)',
    '//example.com',
    '/sale',
    '',
    null,
    undefined,
  ])('leaves %j out', (link) => {
    expect(toWebLink(link)).toBeNull();
  });
});
