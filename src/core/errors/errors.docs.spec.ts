import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from './errors.js';

/** The table rows that begin with a `code`; cells: code, status, meaning, remedy. */
const rows = readFileSync(join(process.cwd(), 'docs/errors.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| *`/.test(line))
  .map((line) => line.split('|').slice(1, -1))
  .map(([code = '', ...cells]) => [code.trim().replaceAll('`', ''), ...cells.map((cell) => cell.trim())] as const);

describe('docs/errors.md', () => {
  it('lists every error code once, and no other', () => {
    const documented = rows.map(([code]) => code);

    expect(documented.sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it.each(rows)('documents status, meaning and remedy of %s', (code, status, meaning, remedy) => {
    const { status: actual } = ERRORS[code as keyof typeof ERRORS];

    expect(status).toBe(String(actual));
    expect(meaning).not.toBe('');
    expect(remedy).not.toBe('');
  });
});
