import { build } from 'esbuild';

/** What runs in browsers, beside the compiled server in dist/: `npm run build` calls this after `nest build`. */
const PUSH_SCRIPT = 'src/push-script/browser';
const DEMO_PAGE = 'src/demo/page';

await build({
  entryPoints: [
    { in: `${PUSH_SCRIPT}/page/push-script.ts`, out: 'push-script/push-script' },
    { in: `${PUSH_SCRIPT}/page/push-script-types.d.ts`, out: 'push-script/push-script.d' },
    { in: `${PUSH_SCRIPT}/page/subscribe.ts`, out: 'push-script/subscribe' },
    { in: `${PUSH_SCRIPT}/page/subscribe.html`, out: 'push-script/subscribe' },
    { in: `${PUSH_SCRIPT}/worker/push-service-worker.ts`, out: 'push-script/push-service-worker' },
    ...['ts', 'html', 'css'].map((type) => ({ in: `${DEMO_PAGE}/demo.${type}`, out: 'demo/page/demo' })),
  ],
  outdir: 'dist',
  bundle: true,
  minify: true,
  charset: 'utf8',
  // The oldest browsers with Web Push that are still met; see docs/push-script.md.
  target: ['es2020', 'safari16'],
  loader: { '.html': 'copy', '.d.ts': 'copy' },
  logLevel: 'warning',
});
