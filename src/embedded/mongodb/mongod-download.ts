import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const FIRST_BYTES_TIMEOUT_MS = 10_000;

/**
 * Runs in a process of its own, because mongodb-memory-server has no timeout and no quiet mode. Without
 * npm_config_strict_ssl it accepts any certificate.
 */
const DOWNLOAD = `
const [, packagePath, folder] = process.argv;
delete process.env.MONGOMS_SYSTEM_BINARY;
process.env.MONGOMS_DOWNLOAD_DIR = folder;
process.env.MONGOMS_MAX_RETRIES = '1';
process.env.npm_config_strict_ssl = 'true';
require(packagePath).MongoBinary.getPath().then((binary) => console.log('\\nmongod=' + binary));
`;

/**
 * Puts `mongod` for this machine into `folder`, downloaded by mongodb-memory-server or moved from its own
 * cache. Throws an Error when nothing arrives within 10 s, when the download breaks off, or when the optional
 * package is missing.
 */
export async function downloadMongod(folder: string, log: (line: string) => void): Promise<void> {
  const downloader = createRequire(import.meta.url).resolve('mongodb-memory-server-core');
  const child = spawn(process.execPath, ['-e', DOWNLOAD, downloader, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  const binary = await downloadedPath(child, log);
  await closed;
  if (binary === undefined) throw new Error('nothing could be downloaded');
  await rename(binary, join(folder, 'mongod'));
}

async function downloadedPath(child: ChildProcess, log: (line: string) => void): Promise<string | undefined> {
  if (!child.stdout) return undefined;
  let binary: string | undefined;
  let reached = false;
  const timer = setTimeout(() => child.kill('SIGKILL'), FIRST_BYTES_TIMEOUT_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    binary = /^mongod=(.+)$/.exec(line)?.[1] ?? binary;
    if (!reached && line.startsWith('Downloading')) log('Downloading MongoDB, once, about 100 MB');
    reached ||= line.startsWith('Downloading');
  }
  clearTimeout(timer);
  return binary;
}
