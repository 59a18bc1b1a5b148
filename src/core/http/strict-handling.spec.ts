import { prefersStrictHandling } from './strict-handling.js';

describe('prefersStrictHandling', () => {
  it.each([
    'handling=strict',
    'Handling = Strict',
    'handling="strict"',
    'respond-async, wait=100, handling=strict',
    'handling=strict; x="a, handling=lenient"',
    'x="\\", handling=lenient", handling=strict',
    'handling=strict, handling=lenient',
  ])('is true for %s', (header) => {
    expect(prefersStrictHandling(header)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'strict',
    'handling',
    'handling=lenient',
    'handling=lenient, handling=strict',
    'handling=stricter',
    'x=", handling=strict"',
    'x; handling=strict',
    'mishandling=strict',
  ])('is false for %s', (header) => {
    expect(prefersStrictHandling(header)).toBe(false);
  });

  it('is true when one of several headers asks for it', () => {
    expect(prefersStrictHandling(['respond-async', 'handling=strict'])).toBe(true);
  });

  it('reads a header of the largest size in no time', () => {
    const started = performance.now();
    for (const header of ['"'.repeat(32_768), `handling=${' '.repeat(32_768)}x`, 'x="\\'.repeat(8_192)]) {
      expect(prefersStrictHandling(header)).toBe(false);
    }
    expect(performance.now() - started).toBeLessThan(200);
  });
});
