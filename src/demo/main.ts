import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { type ProductProcess, startProduct } from './product.js';
import { playFlows } from './flows.js';

const MAX_CONTACTS = 1_000_000;

const { values } = parseArgs({
  options: { contacts: { type: 'string', default: '1000' }, exit: { type: 'boolean', default: false } },
});
const contacts = Number(values.contacts);
if (!Number.isInteger(contacts) || contacts < 1 || contacts > MAX_CONTACTS) {
  process.stderr.write(`--contacts must be a whole number from 1 to ${MAX_CONTACTS}\n`);
  process.exit(1);
}

let product: ProductProcess | undefined;
try {
  product = await startProduct();
  const addsUp = await playFlows(product, contacts, print);
  print(addsUp ? 'Every number adds up.' : 'The numbers do NOT add up.');
  if (values.exit) {
    await product.stop();
    process.exit(addsUp ? 0 : 1);
  }
  print(`\nAPI           ${product.url}\nSwagger UI    ${product.url}/swagger  (paste the token under Authorize)`);
  print(`Super-user token:\n${product.token}`);
  print(`Demo page, for a real notification in this machine's browser:\n${product.url}/demo#token=${product.token}`);
  print(`\nCtrl-C ends it; the data stays in ${product.dataDir}.`);
} catch (error) {
  await product?.stop();
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
