import { readFileSync } from 'node:fs';
import { DIAGNOSIS_CAUSES } from './causes.js';

const page = readFileSync('docs/diagnosis.md', 'utf8');

/** The rows of the table; cells: cause, meaning, what to do. */
const rows = page
  .split('\n')
  .filter((line) => /^\| *`/.test(line))
  .map((line) => line.split('|').slice(1, -1))
  .map(([cause = '', ...cells]) => [cause.trim().replaceAll('`', ''), ...cells.map((cell) => cell.trim())] as const);

describe('docs/diagnosis.md', () => {
  it('lists every cause once, in the order in which the first counts, and no other', () => {
    expect(rows.map(([cause]) => cause)).toEqual(DIAGNOSIS_CAUSES);
  });

  it.each(rows)('says of %s what it means and what to do', (_cause, meaning, remedy) => {
    expect(meaning).not.toBe('');
    expect(remedy).not.toBe('');
  });
});
