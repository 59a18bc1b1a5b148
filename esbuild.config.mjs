import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/** Bundles what runs in browsers into dist/, beside the server; a part of `npm run build`. */
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
};

// Modules: the script imports them when they are needed.
const PARTS = ['connection', 'soft-prompt'];
await build({
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

await build({
  ...OPTIONS,
  entryPoints: [
    { in: `${PUSH_SCRIPT}/page/push-script.ts`, out: 'push-script/push-script' },
    { in: `${PUSH_SCRIPT}/page/push-script-types.d.ts`, out: 'push-script/push-script.d' },
    { in: `${PUSH_SCRIPT}/page/subscribe.ts`, out: 'push-script/subscribe' },
    { in: `${PUSH_SCRIPT}/page/subscribe.html`, out: 'push-script/subscribe' },
    { in: `${PUSH_SCRIPT}/worker/push-service-worker.ts`, out: 'push-script/push-service-worker' },
    ...['ts', 'html', 'css'].map((type) => ({ in: `${DEMO_PAGE}/demo.${type}`, out: 'demo/page/demo' })),
  ],
  define: Object.fromEntries(versions),
  loader: { '.html': 'copy', '.d.ts': 'copy' },
});

await build({
  ...OPTIONS,
  entryPoints: ['tsx', 'css'].map((type) => ({ in: `${CONSOLE_PAGE}/console.${type}`, out: 'console/page/console' })),
  format: 'esm',
});
const html = await readFile(`${CONSOLE_PAGE}/console.html`, 'utf8');
const scriptVersion = await hashFile('dist/console/page/console.js');
const styleVersion = await hashFile('dist/console/page/console.css');
await writeFile(
  'dist/console/page/console.html',
  html.replace('console.js', `console.js?v=${scriptVersion}`).replace('console.css', `console.css?v=${styleVersion}`),
);

/** The version of a file in `?v=`, with which it is cached for a year; see src/core/http/static-file.ts. */
async function hashFile(path) {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 8);
}
