import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

/**
 * Writes docs/openapi.json from the description that the built api serves, and the types of it that the
 * console is compiled with; run by `npm run openapi`.
 */
const TYPES = 'src/console/page/api/schema.d.ts';
const TYPES_COMMAND = 'node_modules/openapi-typescript/bin/cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = await mkdtemp(join(tmpdir(), 'push-contact-openapi-'));
const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0', DATA_DIR: dataDir };
const api = spawn(process.execPath, [join(root, 'dist/main.js'), '--mode=api'], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  for await (const line of createInterface({ input: api.stdout })) {
    const url = /listens on (http:\/\/\S+?:\d+)(?=\D|$)/.exec(line)?.[1];
    if (url === undefined) continue;
    const document = await (await fetch(`${url}/swagger/v1/swagger.json`)).text();
    await writeFile(join(root, 'docs/openapi.json'), await format(document, { parser: 'json', printWidth: 120 }));
    execFileSync(process.execPath, [TYPES_COMMAND, 'docs/openapi.json', '-o', TYPES], { cwd: root });
    break;
  }
} finally {
  api.kill('SIGTERM');
  await once(api, 'close');
  await rm(dataDir, { recursive: true, force: true });
}
