import { addAudience } from '../support/audience.js';
import { broadcast, describeRepeats, expectSettled, inTheMiddle } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { startWorker, stopWorker } from '../support/named-workers.js';

const CONTACTS = 100_000;
const RESTARTS = 10;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('rolling_restarts', {
    workers: 0,
    latencyMs: 1_000,
    environment: { PUSH_API_TOKENS_LIMIT: '50' },
  });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

it(`sends nothing twice when both workers and the api are restarted ${RESTARTS} times in one broadcast`, async () => {
  const domain = 'rolling.example.com';
  const audience = await addAudience(product, domain, { tokens: CONTACTS });
  await product.startProcess('api');
  let workers = [await startWorker(product, 'first-0'), await startWorker(product, 'second-0')];
  const sent = await broadcast(product, domain, audience);
  const watch = watchLedger(product, sent.messageId);
  const tookMs: number[] = [];
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    await inTheMiddle(product, sent, (restart - 0.5) / (RESTARTS + 1));
    const [leaving, staying] = workers;
    if (leaving === undefined || staying === undefined) throw new Error('A worker is missing');
    // As Kubernetes does it: the new ones are ready before the old ones are told to end.
    await product.startProcess('api');
    const started = await startWorker(product, `${restart % 2 === 0 ? 'first' : 'second'}-${restart}`);
    const askedMs = Date.now();
    expect(await stopWorker(product, leaving)).toBe(0);
    tookMs.push(Date.now() - askedMs);
    workers = [staying, started];
    expect(await product.remove(product.api, (api) => api.stop())).toBe(0);
  }

  const repeats = await expectSettled(product, sent);
  console.log(describeRepeats(`restarted ${RESTARTS} times, each within ${Math.max(...tookMs)} ms`, sent, repeats));
  expect(repeats).toMatchObject({ contacts: 0, calls: 0 });
  await watch.expectAddedUp();
  for (const worker of workers) expect(await stopWorker(product, worker)).toBe(0);
}, 300_000);
