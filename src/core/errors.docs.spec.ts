import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from './errors.js';

/** The rows that begin with a `code`: all their cells, without the backticks of the first. */
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

  it.each(rows)('says of %s which status it has, what it means and what to do', (code, status, meaning, remedy) => {
    const { status: actual } = ERRORS[code as keyof typeof ERRORS];

    expect(status).toBe(String(actual));
    expect(meaning).not.toBe('');
    expect(remedy).not.toBe('');
  });
});
