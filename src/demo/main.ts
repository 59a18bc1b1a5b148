import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { type ProductProcess, startProduct } from './product.js';
import { playFlows } from './flows.js';
import { playLastMile } from './last-mile.js';
import { type SimulatorProcess, startSimulator } from './simulator.js';

const MAX_CONTACTS = 1_000_000;

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '1000' },
    simulator: { type: 'boolean', default: false },
    exit: { type: 'boolean', default: false },
  },
});
const contacts = Number(values.contacts);
if (!Number.isInteger(contacts) || contacts < 1 || contacts > MAX_CONTACTS) {
  process.stderr.write(`--contacts must be a whole number from 1 to ${MAX_CONTACTS}\n`);
  process.exit(1);
}

let product: ProductProcess | undefined;
let simulator: SimulatorProcess | undefined;
try {
  if (values.simulator) simulator = await startSimulator();
  product = await startProduct(print, simulator?.environment ?? {});
  print(
    'Device tokens go to a sandbox, which reaches nobody: these contacts and their messages never leave this machine.',
  );
  const sandboxAddsUp = await playFlows(product, contacts, print);
  const lastMileAddsUp = simulator === undefined || (await playLastMile(product, simulator, contacts, print));
  const addsUp = sandboxAddsUp && lastMileAddsUp;
  print(addsUp ? 'Every number adds up.' : 'The numbers do NOT add up.');
  if (values.exit) {
    await product.stop();
    await simulator?.stop();
    process.exit(addsUp ? 0 : 1);
  }
  print(`\nAPI           ${product.url}\nSwagger UI    ${product.url}/swagger  (paste the token under Authorize)`);
  print(`Super-user token:\n${product.token}`);
  print(`Console, signed in:\n${product.url}/console#token=${product.token}`);
  print('A token of one domain: npm run token -- --domain=example.com --scope="send reports"  (docs/access.md)');
  // The simulator stands where a real browser's push service is.
  if (simulator === undefined) {
    print(`Demo page, for a real notification in this machine's browser:\n${product.url}/demo#token=${product.token}`);
  } else {
    print(`Push-service simulator, see docs/simulator.md:\n${simulator.adminUrl}/counts`);
  }
  print(`\nCtrl-C ends it; the data stays in ${product.dataDir}.`);
} catch (error) {
  await product?.stop();
  await simulator?.stop();
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
