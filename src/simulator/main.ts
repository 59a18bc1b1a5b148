import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createAdminServer } from './admin/admin-server.js';
import { createCertificate } from './certificate.js';
import { OptionError, parseOptions, type StartOptions } from './options.js';
import { SettingsError } from './settings.js';
import { Simulator } from './simulator.js';

const REDIRECT = new URL('redirect.js', import.meta.url).href;

try {
  // eslint-disable-next-line no-restricted-properties -- no part of the product, with options of its own
  await start(parseOptions(process.argv.slice(2), process.env));
} catch (error) {
  const isKnown = error instanceof OptionError || error instanceof SettingsError;
  process.stderr.write(`${isKnown ? error.message : String(error)}\n`);
  process.exit(1);
}

async function start(options: StartOptions): Promise<void> {
  const certificate = await createCertificate();
  const simulator = new Simulator({ ...options, certificate });
  for (const text of options.settings) simulator.state.settings.changeFromText(text);
  const port = await simulator.listen();
  const origin = `https://127.0.0.1:${port}`;
  const admin = createAdminServer(simulator, origin);
  const adminUrl = await admin.listen({ host: '127.0.0.1', port: options.adminPort });
  const environmentFile = await writeFiles(simulator, certificate.cert, options.dataDir, port);
  process.stdout.write(`Push services  ${origin}\nAdmin          ${adminUrl}\nEnvironment    ${environmentFile}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void Promise.all([simulator.close(), admin.close()]).then(() => process.exit(0));
    });
  }
}

/**
 * Writes what a program needs to reach the simulator: the certificate, a service account, and a file with
 * environment variables for a shell. Returns the last one's path.
 */
async function writeFiles(simulator: Simulator, cert: string, dataDir: string, port: number): Promise<string> {
  const folder = resolve(dataDir);
  const [certificate, account, environment] = ['ca.pem', 'service-account.json', 'simulator.env'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const variables = {
    SIMULATOR_PORT: String(port),
    NODE_EXTRA_CA_CERTS: certificate,
    NODE_OPTIONS: `--import=${REDIRECT}`,
    FIREBASE_CREDENTIALS_FILE: account,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(certificate, cert);
  await writeFile(account, JSON.stringify(simulator.googleTokens.account), { mode: 0o600 });
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  await writeFile(environment, lines.join(''));
  return environment;
}
