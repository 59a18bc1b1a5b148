import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import ts from 'typescript';

/** Builds the package into dist/: the code of src/push-script/browser as ES modules, and its types. */
const here = (path) => new URL(path, import.meta.url).pathname;

await build({
  entryPoints: [here('src/index.ts')],
  outdir: here('dist'),
  bundle: true,
  splitting: true,
  format: 'esm',
  charset: 'utf8',
  target: ['es2022', 'safari16.4'],
  logLevel: 'warning',
});

const source = await readFile(here('src/index.ts'), 'utf8');
const { outputText } = ts.transpileDeclaration(source, { fileName: 'index.ts' });
await writeFile(here('dist/index.d.ts'), `/// <reference path="./push-script.d.ts" />\n${outputText}`);
await copyFile(here('../../src/push-script/browser/page/push-script-types.d.ts'), here('dist/push-script.d.ts'));
