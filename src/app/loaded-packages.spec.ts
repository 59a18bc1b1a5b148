import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/**
 * What no file of a mode imports, beginning with those that the mode loads. Types are not followed, nor is
 * `import()`: by it a mode loads what only some settings or other modes need.
 */
const MODES = {
  worker: {
    entryFiles: ['src/main.ts', 'src/app/server.ts', 'src/app/server-with-stores.ts', 'src/app/worker.module.ts'],
    without: ['@nestjs/swagger', 'class-validator', 'class-transformer', 'jose', 'google-auth-library', 'web-push'],
  },
  'push-api': {
    entryFiles: ['src/main.ts', 'src/app/server.ts', 'src/app/create-push-api.ts'],
    without: ['@nestjs/mongoose', 'mongoose', 'mongodb', '@nestjs/bull', 'bull', 'ioredis', '@nestjs/axios'],
  },
} as const;

describe.each(Object.entries(MODES))('the code of the mode %s', (_, { entryFiles, without }) => {
  const packages = findPackages(entryFiles);

  it('is found', () => {
    expect([...packages.keys()]).toEqual(expect.arrayContaining(['@nestjs/common', '@nestjs/core', 'prom-client']));
  });

  it.each(without)('does not import %s', (name) => {
    const found = [...packages].filter(([each]) => each === name || each.startsWith(`${name}/`));
    expect(found.flatMap(([, path]) => path)).toEqual([]);
  });
});

/** The packages that are imported, each with the shortest path of files to it. */
function findPackages(entryFiles: readonly string[]): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const paths = new Map(entryFiles.map((file) => [file, file]));
  for (const [file, path] of paths) {
    const targets = readImportedValues(file);
    for (const name of targets.filter((target) => !isRelative(target))) addNew(packages, name, path);
    for (const target of targets.filter(isRelative)) {
      const source = normalize(join(dirname(file), target)).replace(/\.js$/, '.ts');
      addNew(paths, source, `${path} > ${source}`);
    }
  }
  return packages;
}

function isRelative(target: string): boolean {
  return target.startsWith('.');
}

function addNew(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}

function readImportedValues(file: string): string[] {
  return ts
    .createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)
    .statements.flatMap((statement) =>
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? readTarget(statement) : [],
    );
}

function readTarget(statement: ts.ImportDeclaration | ts.ExportDeclaration): string[] {
  const { moduleSpecifier } = statement;
  if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier) || areTypes(statement)) return [];
  return [moduleSpecifier.text];
}

/** TypeScript leaves out what imports types alone, as long as `verbatimModuleSyntax` is not set. */
function areTypes(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const { importClause } = statement;
  if (importClause === undefined) return false;
  const { name, namedBindings } = importClause;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  return (
    name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}
