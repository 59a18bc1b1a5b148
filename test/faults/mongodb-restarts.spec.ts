import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience } from '../support/audience.js';
import { broadcast, describeRepeats, expectSettled, inTheMiddle } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { type LoneMongod, startLoneMongod } from '../support/lone-mongod.js';
import type { Crash } from '../support/repeats.js';

/** Shares of the broadcast at which MongoDB is restarted, and how its process is ended. */
const RESTARTS = [
  [0.05, 'SIGTERM'],
  [0.2, 'SIGKILL'],
  [0.35, 'SIGTERM'],
  [0.5, 'SIGKILL'],
  [0.65, 'SIGTERM'],
] as const;

/** After each restart it is frozen in bursts: for longer than the driver's checks, and for moments. */
const BURSTS_MS = [300, 2_000, 50, 700];

let mongoDb: LoneMongod;
let product: Installation;

beforeAll(async () => {
  mongoDb = await startLoneMongod();
  product = await Installation.start('mongodb_restarts', {
    workers: 2,
    latencyMs: 1_000,
    environment: { MONGODB_URI: mongoDb.uri, PUSH_API_TOKENS_LIMIT: '50' },
  });
});

afterAll(async () => {
  expect(await product.stopAndKeepData()).toEqual([0, 0, 0]);
  await mongoDb.stop();
});

it('settles each contact once when mongod restarts five times and freezes in bursts in one broadcast', async () => {
  const domain = 'restarts.example.com';
  const audience = await addAudience(product, domain, { tokens: 70_000, subscriptions: 30_000 });
  const sent = await broadcast(product, domain, audience);
  const crashes: Crash[] = [];
  for (const [share, signal] of RESTARTS) {
    await inTheMiddle(product, sent, share);
    const fromMs = Date.now();
    await mongoDb.restart(signal);
    for (const ms of BURSTS_MS) {
      await mongoDb.freeze(ms);
      await sleep(ms / 2);
    }
    crashes.push({ fromMs, toMs: Date.now() });
  }

  // A batch whose start failed is found by the sweeper, after a minute and more.
  await product.finished(sent.messageId, 240_000);
  const repeats = await expectSettled(product, sent, crashes);
  console.log(describeRepeats('mongod restarted five times and frozen in 20 bursts', sent, repeats));
}, 420_000);
