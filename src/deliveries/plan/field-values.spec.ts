import { AppError } from '../../core/errors/errors.js';
import { readFieldValues } from './field-values.js';

const wanted = new Set(['name', 'city']);

describe('readFieldValues', () => {
  it('keeps wanted fields by lower-case name and reads null as the empty text', () => {
    const values = readFieldValues(Object.entries({ NAME: 'Ana', City: null, other: 'x' }), 'fields', wanted);
    expect([...values]).toEqual([
      ['name', 'Ana'],
      ['city', ''],
    ]);
  });

  it('accepts texts of up to 2,048 characters', () => {
    expect(readFieldValues([['name', 'x'.repeat(2_048)]], 'fields', wanted).get('name')).toHaveLength(2_048);
  });

  it.each([[5], [true], [['x']], [{}], [undefined], ['x'.repeat(2_049)], ['\ud83d']])(
    'throws an error that names the field for the value %j, wanted or not',
    (value) => {
      for (const name of ['name', 'Unwanted']) {
        const read = (): unknown => readFieldValues([[name, value]], 'list.3.fields', wanted);
        expect(read).toThrow(AppError);
        expect(read).toThrow(`list.3.fields.${name}`);
      }
    },
  );

  it('returns only fields that were sent, not properties of the prototype', () => {
    const values = readFieldValues(
      Object.entries(JSON.parse('{"__proto__":"x"}') as object),
      'fields',
      new Set(['__proto__']),
    );
    expect([...values]).toEqual([['__proto__', 'x']]);
    expect(readFieldValues([], 'fields', new Set(['constructor'])).size).toBe(0);
  });
});
