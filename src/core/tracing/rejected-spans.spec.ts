import { readRejectedSpans } from './rejected-spans.js';

describe('readRejectedSpans', () => {
  it.each([
    ['a number', '{"rejectedSpans":3,"errorMessage":"no"}', 3],
    ['a string', '{"rejectedSpans":"3"}', 3],
    ['a warning alone', '{"rejectedSpans":0,"errorMessage":"slow"}', 0],
    ['no number of spans', '{"errorMessage":"slow"}', 0],
    ['a negative number', '{"rejectedSpans":-3}', 0],
    ['a fraction', '{"rejectedSpans":0.5}', 0],
    ['a number beyond all counting', '{"rejectedSpans":"99999999999999999999"}', 0],
    ['a word', '{"rejectedSpans":"many"}', 0],
    ['null', 'null', 0],
    ['what is no JSON', 'many', 0],
    ['what is no text', new Error('many'), 0],
    ['nothing', undefined, 0],
  ])('reads %s', (_, detail, spans) => {
    expect(readRejectedSpans(detail)).toBe(spans);
  });
});
