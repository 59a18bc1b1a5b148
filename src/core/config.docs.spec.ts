import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from './config.js';
import type { Environment } from './setting-reader.js';
import { SettingError } from './setting-error.js';

interface SettingRow {
  readonly name: string;
  readonly hasFile: boolean;
  readonly demandedInProduction: boolean;
}

const table = readRows(textOf('docs/configuration.md'));
const documented = table.map(({ name }) => name).sort();

describe('docs/configuration.md', () => {
  it('lists every setting that loadConfig reads once, and no other', () => {
    const read = textOf('src/core/config.ts').matchAll(/\bread\.\w+\(\s*'([A-Z][A-Z0-9_]*)'/g);
    const names = new Set([...read].map(([, name]) => name));

    expect(documented).toEqual([...names].sort());
  });

  it.each(table)('says whether $name can be given as a file', ({ name, hasFile }) => {
    const faulty = faultySettings({ [`${name}_FILE`]: '/nowhere/at/all' });

    expect(faulty).toEqual(hasFile ? [`${name}_FILE`] : []);
  });

  it('says what production demands', () => {
    const demanded = table.filter((row) => row.demandedInProduction).map(({ name }) => name);

    expect(demanded.sort()).toEqual(faultySettings({ NODE_ENV: 'production' }).sort());
  });
});

describe('.env.example', () => {
  it('holds every setting once, commented out, and no other', () => {
    const names = [...textOf('.env.example').matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);

    expect(names.sort()).toEqual(documented);
  });

  it('sets nothing as it is', () => {
    const active = textOf('.env.example')
      .split('\n')
      .filter((line) => !/^(#|$)/.test(line));

    expect(active).toEqual([]);
  });
});

function textOf(path: string): string {
  return readFileSync(join(process.cwd(), path), 'utf8');
}

/** The rows that begin with a `NAME`: setting, meaning, default, file, production. */
function readRows(markdown: string): SettingRow[] {
  const lines = markdown.split('\n').filter((line) => /^\| *`/.test(line));
  const rows = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.map(([, name = '', , , file, production]) => ({
    name: name.replaceAll('`', ''),
    hasFile: file === 'yes',
    demandedInProduction: production === 'must be given',
  }));
}

/** The settings that loadConfig complains of when it is given `env` and no command line. */
function faultySettings(env: Environment): string[] {
  try {
    loadConfig(env, []);
    return [];
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return error.faults.map((fault) => fault.slice(0, fault.indexOf(':')));
  }
}
