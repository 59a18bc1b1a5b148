import { addAudience } from '../support/audience.js';
import { type Broadcast, broadcast, expectSettled } from '../support/broadcasts.js';
import { Installation, names } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { CLEAN_UP_MS } from '../support/test-database.js';

const WORKERS = 8;
const CONTACTS = 60_000;

/** Aborted transactions for each that is committed. */
const MAX_ABORTED = 0.2;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('many_workers', { workers: 0, environment: { PUSH_API_TOKENS_LIMIT: '400' } });
  await Promise.all(names('worker', WORKERS).map(() => product.startProcess('worker')));
}, 300_000);

afterAll(async () => {
  await product.stop();
}, CLEAN_UP_MS);

/** The share of a number of broadcasts' transactions that were aborted, in all processes. */
async function abortedOf(send: () => Promise<void>): Promise<number> {
  const before = await product.db.transactions();
  await send();
  const after = await product.db.transactions();
  const [aborted, committed] = [after.aborted - before.aborted, after.committed - before.committed];
  console.log(JSON.stringify({ aborted, committed, ratio: aborted / committed }));
  return aborted / committed;
}

async function add(domain: string, tokens: number): Promise<() => Promise<Broadcast>> {
  const audience = await addAudience(product, domain, { tokens });
  return () => broadcast(product, domain, audience);
}

it(`settles a broadcast in ${WORKERS} workers exactly, and hardly any transaction is aborted`, async () => {
  const send = await add('one.example.com', CONTACTS);
  const aborted = await abortedOf(async () => {
    const sent = await send();
    const watch = watchLedger(product, sent.messageId);
    await product.finished(sent.messageId);
    await watch.expectAddedUp();
    await expectSettled(product, sent);
  });
  expect(aborted).toBeLessThan(MAX_ABORTED);
}, 300_000);

it(`settles several broadcasts in ${WORKERS} workers exactly, and hardly any transaction is aborted`, async () => {
  const domains = names('several', 4).map((name) => `${name}.example.com`);
  const sends = await Promise.all(domains.map((domain) => add(domain, CONTACTS / domains.length)));
  const aborted = await abortedOf(async () => {
    const sent = await Promise.all(sends.map((send) => send()));
    for (const each of sent) await expectSettled(product, each);
  });
  expect(aborted).toBeLessThan(MAX_ABORTED);
}, 300_000);
