import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

const ATTEMPTS = 6;

/** Thrown by a start when somebody else has the port; another one is then tried. */
export class PortTakenError extends Error {
  constructor(readonly port: number) {
    super(`port ${port} is taken`);
    this.name = 'PortTakenError';
  }
}

/**
 * Calls `start` with the port that this data folder had last, then with free ones, until no PortTakenError comes back;
 * writes the port that worked into the folder. Other errors pass through.
 */
export async function startOnPortOfFolder<T>(dataDir: string, start: (port: number) => Promise<T>): Promise<T> {
  const remembered = await portOfFolder(dataDir);
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
    // A port is only known to be free until somebody else takes it.
    if (!(error instanceof PortTakenError) || attempts === 1) throw error;
    return startOnFreePort(start, await freePort(), attempts - 1);
  }
}

/** The port that was last used with this data folder, if any. */
export async function portOfFolder(dataDir: string): Promise<number | undefined> {
  const text = await readFile(portFile(dataDir), 'utf8').catch(() => '');
  const port = Number(text.trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

function portFile(dataDir: string): string {
  return join(dataDir, 'port');
}

function freePort(): Promise<number> {
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
