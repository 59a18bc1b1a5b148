import { AppError } from '../core/errors.js';
import { readFieldValues } from './field-values.js';

const wanted = new Set(['name', 'city']);

describe('readFieldValues', () => {
  it('keeps the wanted ones by their name in lower case; null is the empty text', () => {
    const values = readFieldValues({ NAME: 'Ana', City: null, other: 'x' }, 'fields', wanted);
    expect([...values]).toEqual([
      ['name', 'Ana'],
      ['city', ''],
    ]);
  });

  it('takes texts of up to 2,048 characters', () => {
    expect(readFieldValues({ name: 'x'.repeat(2_048) }, 'fields', wanted).get('name')).toHaveLength(2_048);
  });

  it.each([[5], [true], [['x']], [{}], [undefined], ['x'.repeat(2_049)]])(
    'names a value that is %j, wanted or not',
    (value) => {
      for (const name of ['name', 'Unwanted']) {
        const read = (): unknown => readFieldValues({ [name]: value }, 'list.3.fields', wanted);
        expect(read).toThrow(AppError);
        expect(read).toThrow(`list.3.fields.${name}`);
      }
    },
  );

  it('knows no names but those that were sent', () => {
    const values = readFieldValues(
      JSON.parse('{"__proto__":"x"}') as Record<string, unknown>,
      'fields',
      new Set(['__proto__']),
    );
    expect([...values]).toEqual([['__proto__', 'x']]);
    expect(readFieldValues({}, 'fields', new Set(['constructor'])).size).toBe(0);
  });
});
