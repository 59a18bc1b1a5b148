import { fileURLToPath } from 'node:url';
import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { waitFor } from '../support/wait-for.js';

const CLOCK_AHEAD = fileURLToPath(new URL('../support/clock-ahead.mjs', import.meta.url));

it('what a worker whose clock is 2 h ahead has stored is taken over by another at once', async () => {
  const product = await Installation.start('clock', { workers: 0 });
  const ahead = await product.startProcess('worker', { NODE_OPTIONS: `--import=${CLOCK_AHEAD}` });
  expect(ahead.output().match(/This machine's clock is 7200 s ahead of MongoDB's/g)).toHaveLength(1);
  const ready = await fetch(`${ahead.url}/health/ready`);
  expect(await ready.json()).toMatchObject({ status: 'ok', warnings: [expect.stringContaining('7200 s')] });

  const domain = 'ahead.example.com';
  const audience = await addAudience(product, domain, { tokens: 2_000 });
  // Refused once: the worker stores a retry, with the time at which it is due.
  product.pushApi.breakCalls(domain, (number) => (number <= 2 ? 'status-500' : undefined));
  const sent = await broadcast(product, domain, audience);
  await waitFor(
    () => product.db.find('deliveryBatches', { domain, attempt: 1 }),
    ({ length }) => length > 0,
  );
  await product.remove(ahead, (worker) => worker.kill());
  await product.startProcess('worker');

  await expectSettled(product, sent);
  const [batch] = await product.db.find('deliveryBatches', { domain });
  expect(Math.abs(Number(batch?.finished_at) - Date.now())).toBeLessThan(600_000);
  await product.stop();
}, 120_000);
