import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

/** Bundles what runs in browsers into dist/, beside the server; a part of `npm run build`. */
const PUSH_SCRIPT = 'src/push-script/browser';
const DEMO_PAGE = 'src/demo/page';

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
    const content = await readFile(`dist/push-script/${part}.js`);
    const version = createHash('sha256').update(content).digest('hex').slice(0, 8);
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
