import { findStructureError } from './json-structure.js';

function detail(text: string): string | undefined {
  return findStructureError(text)?.detail;
}

describe('findStructureError', () => {
  it.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
  ])('refuses deeply nested %s, whatever their depth', (_, open, close) => {
    const nested = (depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
    expect(detail(nested(16))).toBeUndefined();
    for (const depth of [17, 5_000, 400_000]) expect(detail(nested(depth))).toBe('The body is nested too deeply.');
  });

  it('refuses more than 10,000 objects and lists', () => {
    const list = (count: number): string =>
      `[${Array(count - 1)
        .fill('{}')
        .join(',')}]`;
    expect(detail(list(10_000))).toBeUndefined();
    expect(detail(list(10_001))).toBe('The body has too many objects and lists.');
  });

  it('does not count what is in strings', () => {
    const texts = ['['.repeat(20_000), '"{'.repeat(100), '\\', '\\\\', '\\"[', '"', ''];
    for (const text of texts) {
      expect(detail(JSON.stringify({ [text]: [text, text] }))).toBeUndefined();
      const nested = JSON.stringify(text) + '['.repeat(17);
      expect(detail(nested)).toBe('The body is nested too deeply.');
    }
  });

  it.each(['', '"', '"\\', '"\\"', 'text', ']}', '{malformed'])('leaves to the parser what is no JSON: %j', (text) => {
    expect(findStructureError(text)).toBeNull();
  });

  it('takes a time in proportion to the text', () => {
    const texts = ['\\"'.repeat(500_000), '\\\\'.repeat(500_000), '"'.repeat(1_000_000)];
    for (const text of texts) expect(findStructureError(`["${text}`)).toBeNull();
  });
});
