import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What a mode loads, by the files that it begins with: what they import is followed, types are not. */
const MODES = {
  worker: {
    begins: ['src/main.ts', 'src/app/server.ts', 'src/app/server-with-stores.ts', 'src/app/worker.module.ts'],
    without: ['@nestjs/swagger', 'class-validator', 'class-transformer', 'jose', 'google-auth-library', 'web-push'],
  },
  'push-api': {
    begins: ['src/main.ts', 'src/app/server.ts', 'src/app/create-push-api.ts'],
    without: ['@nestjs/mongoose', 'mongoose', 'mongodb', '@nestjs/bull', 'bull', 'ioredis', '@nestjs/axios'],
  },
} as const;

const IMPORT = /^(?:import|export)\s+(?!type\b)(?:([^;']*?)\s+from\s+)?'([^']+)';/gm;

describe.each(Object.entries(MODES))('the code of the mode %s', (_, { begins, without }) => {
  const importers = findImporters(begins);

  it('is found', () => {
    expect([...importers.keys()]).toEqual(expect.arrayContaining(['@nestjs/common', '@nestjs/core', 'prom-client']));
  });

  it.each(without)('does not include %s', (name) => {
    const found = [...importers].filter(([each]) => each === name || each.startsWith(`${name}/`));
    expect(found.flatMap(([, chain]) => chain)).toEqual([]);
  });
});

/** The packages that are imported, each with the shortest way to it. */
function findImporters(begins: readonly string[]): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const ways = new Map(begins.map((file) => [file, file]));
  for (const [file, way] of ways) {
    const targets = readImportedValues(file);
    for (const name of targets.filter((target) => !target.startsWith('.'))) addNew(packages, name, way);
    for (const source of targets.flatMap((target) => toSource(file, target)))
      addNew(ways, source, `${way} > ${source}`);
  }
  return packages;
}

function addNew(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}

function toSource(file: string, target: string): readonly string[] {
  const source = normalize(join(dirname(file), target)).replace(/\.js$/, '.ts');
  return target.startsWith('.') && existsSync(source) ? [source] : [];
}

function readImportedValues(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)]
    .filter(([, names = '']) => !areTypes(names))
    .map(([, , target = '']) => target);
}

/** Names in braces, all of types: TypeScript leaves such an import out. */
function areTypes(names: string): boolean {
  const [, listed] = /^\{([^}]*)\}$/.exec(names.trim()) ?? [];
  const all = listed?.split(',').flatMap((name) => name.trim() || []) ?? [];
  return all.length > 0 && all.every((name) => name.startsWith('type '));
}
