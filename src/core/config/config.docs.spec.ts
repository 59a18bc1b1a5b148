import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from './config.js';
import type { Environment } from './setting-reader.js';
import { SettingError } from './setting-error.js';

interface SettingRow {
  readonly name: string;
  readonly hasFile: boolean;
  readonly requiredInProduction: boolean;
}

const table = readRows(readText('docs/configuration.md'));
const documented = table.map(({ name }) => name).sort();

describe('docs/configuration.md', () => {
  it('lists every setting that loadConfig reads once, and no other', () => {
    const files = readdirSync('src/core/config').filter((name) => !name.endsWith('.spec.ts'));
    const read = files.flatMap((name) => [
      ...readText(`src/core/config/${name}`).matchAll(/\breader\.\w+\(\s*'([A-Z][A-Z0-9_]*)'/g),
    ]);
    const names = new Set(read.map(([, name]) => name));

    expect(documented).toEqual([...names].sort());
  });

  it.each(table)('says of $name whether it can be given as a file', ({ name, hasFile }) => {
    const rejected = rejectedSettings({ [`${name}_FILE`]: '/nowhere/at/all' });

    expect(rejected).toEqual(hasFile ? [`${name}_FILE`] : []);
  });

  it('marks the settings that production requires, and no other', () => {
    const required = table.filter((row) => row.requiredInProduction).map(({ name }) => name);

    expect(required.sort()).toEqual(rejectedSettings({ NODE_ENV: 'production' }).sort());
  });
});

describe('.env.example', () => {
  it('holds every setting once, commented out, and no other', () => {
    const names = [...readText('.env.example').matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);

    expect(names.sort()).toEqual(documented);
  });

  it('sets nothing while its lines are commented out', () => {
    const active = readText('.env.example')
      .split('\n')
      .filter((line) => !/^(#|$)/.test(line));

    expect(active).toEqual([]);
  });
});

function readText(path: string): string {
  return readFileSync(join(process.cwd(), path), 'utf8');
}

/** The table rows that begin with a `NAME`; cells: setting, meaning, default, file, production. */
function readRows(markdown: string): SettingRow[] {
  const lines = markdown.split('\n').filter((line) => /^\| *`/.test(line));
  const rows = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.map(([, name = '', , , file, production]) => ({
    name: name.replaceAll('`', ''),
    hasFile: file === 'yes',
    requiredInProduction: production === 'must be given',
  }));
}

/** The settings that loadConfig rejects when it is given `env` and no command line. */
function rejectedSettings(env: Environment): string[] {
  try {
    loadConfig(env, []);
    return [];
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return error.problems.map((problem) => problem.slice(0, problem.indexOf(':')));
  }
}
