import { readRequestId } from './request-id.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('readRequestId', () => {
  it.each(['a', '0af7651916cd43dd8448eb211c80319c', 'req_1.two-3', 'x'.repeat(128)])('keeps %s', (id) => {
    expect(readRequestId({ headers: { 'x-request-id': id } })).toBe(id);
  });

  it.each([
    ['a missing one', undefined],
    ['an empty one', ''],
    ['a long one', 'x'.repeat(129)],
    ['an e-mail', 'visitor@example.com'],
    ['a device token', 'abc:APA91bH'],
    ['two', 'one, two'],
    ['a URL', 'https://push.example.com/secret'],
    ['a line break', 'a\nb'],
    ['JSON', '{"level":"error"}'],
    ['another alphabet', 'заявка'],
  ])('makes an id instead of %s', (_, id) => {
    const headers = id === undefined ? {} : { 'x-request-id': id };
    const [first, second] = [readRequestId({ headers }), readRequestId({ headers })];
    expect([first, second]).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
    expect(first).not.toBe(second);
  });
});
