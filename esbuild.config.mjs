import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bundles what runs in browsers into dist/ and compresses what is served; a part of `npm run build`. */
const PUSH_SCRIPT = 'src/push-script/browser';
const DEMO_PAGE = 'src/demo/page';
const CONSOLE_PAGE = 'src/console/page';

const OPTIONS = {
  outdir: 'dist',
  bundle: true,
  minify: true,
  charset: 'utf8',
  // The oldest browsers with Web Push that are still met; see docs/push-script.md.
  target: ['es2022', 'safari16.4'],
  logLevel: 'warning',
  metafile: true,
};

// Modules: the script imports them when they are needed.
const PARTS = ['connection', 'soft-prompt'];
const { metafile: parts } = await build({
  ...OPTIONS,
  entryPoints: PARTS.map((part) => ({ in: `${PUSH_SCRIPT}/page/${part}.ts`, out: `push-script/${part}` })),
  format: 'esm',
});
const versions = await Promise.all(
  PARTS.map(async (part) => {
    const version = await hashFile(`dist/push-script/${part}.js`);
    return [`${part.replace('-', '_').toUpperCase()}_VERSION`, JSON.stringify(version)];
  }),
);

const { metafile: scripts } = await build({
  ...OPTIONS,
  entryPoints: [
    { in: `${PUSH_SCRIPT}/page/push-script.ts`, out: 'push-script/push-script' },
    { in: `${PUSH_SCRIPT}/page/push-script-types.d.ts`, out: 'push-script/push-script.d' },
    { in: `${PUSH_SCRIPT}/page/subscribe.ts`, out: 'push-script/subscribe' },
    { in: `${PUSH_SCRIPT}/page/subscribe.html`, out: 'push-script/subscribe' },
    { in: `${PUSH_SCRIPT}/worker/push-service-worker.ts`, out: 'push-script/push-service-worker' },
  ],
  define: Object.fromEntries(versions),
  loader: { '.html': 'copy', '.d.ts': 'copy' },
});

await build({
  ...OPTIONS,
  entryPoints: ['ts', 'html', 'css'].map((type) => ({ in: `${DEMO_PAGE}/demo.${type}`, out: 'demo/page/demo' })),
  loader: { '.html': 'copy' },
});

const { metafile: page } = await build({
  ...OPTIONS,
  entryPoints: ['tsx', 'css'].map((type) => ({ in: `${CONSOLE_PAGE}/console.${type}`, out: 'console/page/console' })),
  format: 'esm',
});
const consoleHtml = 'dist/console/page/console.html';
const html = await readFile(`${CONSOLE_PAGE}/console.html`, 'utf8');
const scriptVersion = await hashFile('dist/console/page/console.js');
const styleVersion = await hashFile('dist/console/page/console.css');
await writeFile(
  consoleHtml,
  html.replace('console.js', `console.js?v=${scriptVersion}`).replace('console.css', `console.css?v=${styleVersion}`),
);

// At their best, which takes too long for the start of a process.
for (const path of [...[parts, scripts, page].flatMap(({ outputs }) => Object.keys(outputs)), consoleHtml]) {
  const content = await readFile(path);
  await writeFile(`${path}.br`, brotliCompressSync(content));
  await writeFile(`${path}.gz`, gzipSync(content, { level: 9 }));
}

/** The version of a file in `?v=`, with which it is cached for a year; see src/core/http/static-file.ts. */
async function hashFile(path) {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 8);
}
