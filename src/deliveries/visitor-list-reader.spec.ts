import { AppError } from '../core/errors.js';
import { type VisitorListEnd, VisitorListReader } from './visitor-list-reader.js';

interface ReadList extends VisitorListEnd {
  readonly visitors: [string, Record<string, string>][];
}

function readPieces(pieces: readonly Buffer[], maxBytes = 1_000_000): ReadList {
  const reader = new VisitorListReader(new Set(['name']), maxBytes);
  const visitors = pieces.flatMap((piece) => reader.read(piece));
  return {
    ...reader.end(),
    visitors: visitors.map(({ guid, values }) => [guid, Object.fromEntries(values)]),
  };
}

function read(text: string, maxBytes?: number): ReadList {
  return readPieces([Buffer.from(text)], maxBytes);
}

/** Code and names of what was refused. */
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
  it('reads visitors with the wanted fields, names in any case, in any order', () => {
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
  ])('takes a flag that is %s', (_, flag, expected) => {
    expect(read(`{"visitorsFieldsList":[{"visitorGuid":"a"}]${flag}}`).replacementIsMandatory).toBe(expected);
  });

  it('reads the same whatever the pieces, cut through characters too', () => {
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

  it('hands visitors out as soon as they are complete', () => {
    const reader = new VisitorListReader(new Set(), 1_000);
    expect(
      reader.read(Buffer.from('{"visitorsFieldsList":[{"visitorGuid":"a"},{"visitorGuid":')).map(({ guid }) => guid),
    ).toEqual(['a']);
    expect(reader.read(Buffer.from('"b"}')).map(({ guid }) => guid)).toEqual(['b']);
  });

  it('takes the first of those who are named twice', () => {
    const list = read(
      '{"visitorsFieldsList":[{"visitorGuid":"a","fields":{"name":"1"}},{"visitorGuid":"A"},{"visitorGuid":"a"}]}',
    );
    expect(list.visitors).toEqual([
      ['a', { name: '1' }],
      ['A', {}],
    ]);
  });

  it('has one hash for the same bytes alone', () => {
    const text = '{"visitorsFieldsList":[{"visitorGuid":"a"}]}';
    expect(read(text).hash).toBe(read(text).hash);
    expect(read(`${text} `).hash).not.toBe(read(text).hash);
  });

  it('takes as many bytes as are allowed', () => {
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
  ])('refuses %s', (text, code, names) => {
    expect(refusal(text)).toEqual([code, names]);
  });

  it('takes what is nested as deeply as other bodies may be', () => {
    const deep = `${'['.repeat(15)}${']'.repeat(15)}`;
    expect(read(`{"x":${deep},"y":${deep},"visitorsFieldsList":[{"visitorGuid":"a"}]}`).visitors).toHaveLength(1);
  });
});
