import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

const ATTEMPTS = 6;

/** Thrown by a start function when another process uses the port; the next port is then tried. */
export class PortTakenError extends Error {
  constructor(readonly port: number) {
    super(`port ${port} is taken`);
    this.name = 'PortTakenError';
  }
}

/**
 * Calls `start` with the port that was last used with this data folder, then with free ports, until it throws
 * no PortTakenError; six attempts at most. Writes the port into the folder and resolves with the result of
 * `start`. Rejects with the last PortTakenError or with any other error of `start`.
 */
export async function startOnPersistedPort<T>(dataDir: string, start: (port: number) => Promise<T>): Promise<T> {
  const remembered = await readPersistedPort(dataDir);
  const { started, port } = await startOnFreePort(start, remembered ?? (await freePort()), ATTEMPTS);
  await writeFile(portFile(dataDir), `${port}\n`);
  return started;
}

async function startOnFreePort<T>(
  start: (port: number) => Promise<T>,
  port: number,
  attempts: number,
): Promise<{ started: T; port: number }> {
  try {
    return { started: await start(port), port };
  } catch (error) {
    // Another process may take a free port before `start` does.
    if (!(error instanceof PortTakenError) || attempts === 1) throw error;
    return startOnFreePort(start, await freePort(), attempts - 1);
  }
}

/** Returns the port that was last used with this data folder, or undefined. */
export async function readPersistedPort(dataDir: string): Promise<number | undefined> {
  const text = await readFile(portFile(dataDir), 'utf8').catch(() => '');
  const port = Number(text.trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

function portFile(dataDir: string): string {
  return join(dataDir, 'port');
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
