import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const BROWSER = join(process.cwd(), 'src/push-script/browser');
const TYPES = join(BROWSER, 'page/push-script-types.d.ts');

/** The reasons of the closed set that pages see. */
const declared = [
  ...(/type PushScriptReason =([^;]*);/.exec(readFileSync(TYPES, 'utf8'))?.[1] ?? '').matchAll(/'(.+)'/g),
];
const reasons = declared.map(([, reason = '']) => reason);

/** The rows of the table of reasons; cells: reason, meaning, remedy. */
const rows = (readFileSync(join(process.cwd(), 'docs/push-script.md'), 'utf8').split('## Reasons')[1] ?? '')
  .split(/^## /m)[0]
  ?.split('\n')
  .filter((line) => /^\| *`/.test(line))
  .map((line) => line.split('|').slice(1, -1))
  .map(([reason = '', ...cells]) => [reason.trim().replaceAll('`', ''), ...cells.map((cell) => cell.trim())] as const);

const sources = readdirSync(BROWSER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => readFileSync(join(BROWSER, file), 'utf8'))
  .join('\n');

describe('docs/push-script.md', () => {
  it('lists every reason of PushScript once, and no other', () => {
    expect(reasons.length).toBeGreaterThan(0);
    expect(rows?.map(([reason]) => reason).sort()).toEqual([...reasons].sort());
  });

  it.each(rows ?? [])('documents meaning and remedy of %s', (_reason, meaning, remedy) => {
    expect(meaning).not.toBe('');
    expect(remedy).not.toBe('');
  });

  it.each(reasons)('documents no reason that the code never gives: %s', (reason) => {
    expect(sources).toContain(`'${reason}'`);
  });
});
