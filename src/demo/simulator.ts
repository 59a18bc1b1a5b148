import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve as absolute } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The push-service simulator, running as a child of the demo. */
export interface SimulatorProcess {
  readonly adminUrl: string;
  /** Settings with which the product reaches it at the vendors' names. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const BUILT = new URL('../simulator/', import.meta.url);
const DATA_DIR = '.data/simulator';

/** Push services take 50 to 150 ms, and some visitors have left. */
const SETTINGS = ['latencyMedianMs=80', 'latencyP99Ms=200', 'deadShare=0.05', 'decryptShare=1'];

/** Starts the simulator on free ports. Throws an Error when it does not start: the image has none. */
export async function startSimulator(): Promise<SimulatorProcess> {
  const settings = SETTINGS.map((setting) => `--set=${setting}`);
  const main = fileURLToPath(new URL('main.js', BUILT));
  const child = spawn(process.execPath, [main, '--port=0', '--admin-port=0', `--data-dir=${DATA_DIR}`, ...settings], {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // It must not outlive the demo.
  process.once('exit', () => child.kill('SIGKILL'));
  const { port, adminUrl } = await readAddresses(child);
  return {
    adminUrl,
    environment: {
      SIMULATOR_PORT: port,
      NODE_EXTRA_CA_CERTS: absolute(DATA_DIR, 'ca.pem'),
      NODE_OPTIONS: `--import=${new URL('redirect.js', BUILT).href}`,
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function readAddresses(child: ChildProcess): Promise<{ readonly port: string; readonly adminUrl: string }> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error('The simulator did not start; its reason is above.'));
    });
    let port = '';
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      port = /^Push services .*:(\d+)$/.exec(line)?.[1] ?? port;
      const adminUrl = /^Admin +(\S+)$/.exec(line)?.[1];
      if (adminUrl !== undefined) resolve({ port, adminUrl });
    });
  });
}
