import { AppError } from '../../core/errors/errors.js';
import { type VisitorListEnd, VisitorListReader } from './visitor-list-reader.js';

interface ReadList extends VisitorListEnd {
  readonly visitors: [string, Record<string, string>][];
}

function readPieces(pieces: readonly Buffer[], maxBytes = 1_000_000, isStrict = false): ReadList {
  const reader = new VisitorListReader(new Set(['name']), maxBytes, isStrict);
  const visitors = pieces.flatMap((piece) => reader.read(piece));
  return {
    ...reader.end(),
    visitors: visitors.map(({ guid, values }) => [guid, Object.fromEntries(values)]),
  };
}

function read(text: string, maxBytes?: number): ReadList {
  return readPieces([Buffer.from(text)], maxBytes);
}

/** The error's code and the names of the invalid properties. */
function refusal(text: string, maxBytes?: number): [string, string[]] {
  try {
    read(text, maxBytes);
  } catch (error) {
    if (error instanceof AppError) return [error.code, Object.keys(error.context.errors ?? {})];
    throw error;
  }
  return ['accepted', []];
}

describe('VisitorListReader', () => {
  it('reads visitors with the wanted fields, whatever the case and order of names', () => {
    const text = `{"other":[1,{"visitorGuid":"no"}],"VISITORSFIELDSLIST":[
      {"visitorGuid":"a","fields":{"NAME":"Ana","city":"x"}}, {"Fields":null,"VisitorGuid":"b"}, {"visitorguid":"c","x":{"y":[]}}
    ],"ReplacementIsMandatory":true}`;
    const list = read(text);
    expect(list.visitors).toEqual([
      ['a', { name: 'Ana' }],
      ['b', {}],
      ['c', {}],
    ]);
    expect(list.replacementIsMandatory).toBe(true);
  });

  it.each([
    ['absent', '', false],
    ['null', ',"replacementIsMandatory":null', false],
    ['false', ',"replacementIsMandatory":false', false],
    ['true', ',"replacementIsMandatory":true', true],
  ])('reads a replacementIsMandatory that is %s', (_, flag, expected) => {
    expect(read(`{"visitorsFieldsList":[{"visitorGuid":"a"}]${flag}}`).replacementIsMandatory).toBe(expected);
  });

  it('reads the same list when pieces end within a character', () => {
    const text =
      '{"visitorsFieldsList":[{"visitorGuid":"ñ😀\\u00e9","fields":{"name":"日本\\ud83d\\ude00"}},{"visitorGuid":"b"}]}';
    const bytes = Buffer.from(text);
    const whole = read(text);
    expect(whole.visitors).toEqual([
      ['ñ😀é', { name: '日本😀' }],
      ['b', {}],
    ]);
    expect(readPieces([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('returns each visitor with the piece that completes it', () => {
    const reader = new VisitorListReader(new Set(), 1_000, false);
    expect(
      reader.read(Buffer.from('{"visitorsFieldsList":[{"visitorGuid":"a"},{"visitorGuid":')).map(({ guid }) => guid),
    ).toEqual(['a']);
    expect(reader.read(Buffer.from('"b"}')).map(({ guid }) => guid)).toEqual(['b']);
  });

  it('names unknown properties of the list and its visitors, at most 20', () => {
    const text =
      '{"tll":{"deep":[1]},"VisitorsFieldsList":[{"visitorGuid":"a","ReplaceFields":true,"feilds":{"x":1}}],"__proto__":1}';
    expect(read(text).unknownProperties).toEqual(['tll', 'visitorsFieldsList.0.feilds', '__proto__']);
    const visitors = Array.from({ length: 10_000 }, (_, index) => ({ visitorGuid: `${index}`, ttl: 1 }));
    expect(read(JSON.stringify({ visitorsFieldsList: visitors })).unknownProperties).toEqual(
      Array.from({ length: 20 }, (_, index) => `visitorsFieldsList.${index}.ttl`),
    );
  });

  it('rejects a strict list with unknown properties, all of which it names, and returns none of its visitors after one', () => {
    const text = '{"visitorsFieldsList":[{"visitorGuid":"a","ttl":1},{"visitorGuid":"b"}],"sned_at":null}';
    const bytes = Buffer.from(text);
    for (const pieces of [[bytes], [...bytes].map((byte) => Buffer.from([byte]))]) {
      const reader = new VisitorListReader(new Set(), 1_000, true);
      expect(pieces.flatMap((piece) => reader.read(piece))).toEqual([]);
      expect(() => reader.end()).toThrow('visitorsFieldsList.0.ttl, sned_at');
    }
  });

  it('rejects a strict list before its end when it has more unknown properties than are named', () => {
    const item = (index: number): string => `{"visitorGuid":"${index}","ttl":1},`;
    const reader = new VisitorListReader(new Set(), 100_000, true);
    const start = Array.from({ length: 20 }, (_, index) => item(index)).join('');
    expect(() => reader.read(Buffer.from(`{"visitorsFieldsList":[${start}`))).toThrow('visitorsFieldsList.19.ttl');
  });

  it('accepts a strict list without unknown properties', () => {
    const text = '{"REPLACEMENTISMANDATORY":true,"visitorsfieldslist":[{"VISITORGUID":"a","Fields":{"any":"x"}}]}';
    expect(readPieces([Buffer.from(text)], 1_000, true)).toMatchObject({
      visitors: [['a', {}]],
      unknownProperties: [],
    });
  });

  it('keeps the first entry of a visitor that occurs twice', () => {
    const list = read(
      '{"visitorsFieldsList":[{"visitorGuid":"a","fields":{"name":"1"}},{"visitorGuid":"A"},{"visitorGuid":"a"}]}',
    );
    expect(list.visitors).toEqual([
      ['a', { name: '1' }],
      ['A', {}],
    ]);
  });

  it('returns the same hash only for the same bytes', () => {
    const text = '{"visitorsFieldsList":[{"visitorGuid":"a"}]}';
    expect(read(text).hash).toBe(read(text).hash);
    expect(read(`${text} `).hash).not.toBe(read(text).hash);
  });

  it('accepts a body of exactly the limit and refuses one byte more', () => {
    const text = '{"visitorsFieldsList":[{"visitorGuid":"a"}]}';
    expect(read(text, text.length).visitors).toHaveLength(1);
    expect(refusal(text, text.length - 1)).toEqual(['payload_too_large', []]);
  });

  it.each([
    ['', 'malformed_json', []],
    ['{', 'malformed_json', []],
    ['{"visitorsFieldsList":[{"visitorGuid":"a"}]', 'malformed_json', []],
    ['{"visitorsFieldsList":[{"visitorGuid":"a"}]}}', 'malformed_json', []],
    ['{"visitorsFieldsList":[{"visitorGuid":"a"}],}', 'malformed_json', []],
    ["{'visitorsFieldsList':[]}", 'malformed_json', []],
    ['[]', 'validation_failed', ['visitorsFieldsList']],
    ['[5]', 'validation_failed', []],
    ['"text"', 'validation_failed', ['visitorsFieldsList']],
    ['{}', 'validation_failed', ['visitorsFieldsList']],
    ['{"visitorsFieldsList":[]}', 'validation_failed', ['visitorsFieldsList']],
    ['{"visitorsFieldsList":{"a":{"visitorGuid":"a"}}}', 'validation_failed', ['visitorsFieldsList']],
    ['{"visitorsFieldsList":[{"visitorGuid":"a"},[]]}', 'validation_failed', ['visitorsFieldsList.1']],
    ['{"visitorsFieldsList":[{"visitorGuid":"a"},{}]}', 'validation_failed', ['visitorsFieldsList.1.visitorGuid']],
    ['{"visitorsFieldsList":[{"visitorGuid":"a","fields":[]}]}', 'validation_failed', ['visitorsFieldsList.0.fields']],
    [
      '{"visitorsFieldsList":[{"visitorGuid":"a","fields":{"x":1}}]}',
      'validation_failed',
      ['visitorsFieldsList.0.fields.x'],
    ],
    [
      '{"replacementIsMandatory":"true","visitorsFieldsList":[{"visitorGuid":"a"}]}',
      'validation_failed',
      ['replacementIsMandatory'],
    ],
    [`{"x":${'['.repeat(50)}`, 'validation_failed', []],
    [`{"visitorsFieldsList":[{"visitorGuid":"a","x":${'{"y":'.repeat(50)}`, 'validation_failed', []],
  ])('refuses the body %s', (text, code, names) => {
    expect(refusal(text)).toEqual([code, names]);
  });

  it('accepts the nesting that other bodies may have', () => {
    const deep = `${'['.repeat(15)}${']'.repeat(15)}`;
    expect(read(`{"x":${deep},"y":${deep},"visitorsFieldsList":[{"visitorGuid":"a"}]}`).visitors).toHaveLength(1);
  });
});
