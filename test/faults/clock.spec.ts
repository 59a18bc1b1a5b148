import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled } from '../support/broadcasts.js';
import { Installation, names } from '../support/installation.js';
import { waitFor } from '../support/wait-for.js';

const TWO_HOURS_MS = 7_200_000;

/** The environment of a process whose clock is wrong by so much. */
function shiftedBy(ms: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${new URL(`../support/clock-shift.mjs?ms=${ms}`, import.meta.url).href}` };
}

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('clock', { workers: 0 });
});

afterAll(async () => {
  await product.stop();
});

it.each([
  ['ahead of', TWO_HOURS_MS],
  ['behind', -TWO_HOURS_MS],
])(
  'what a worker whose clock is 2 h %s that of MongoDB has stored is taken over by another at once',
  async (where, shiftMs) => {
    const wrong = await product.startProcess('worker', shiftedBy(shiftMs));
    expect(wrong.output().split(`This machine's clock is 7200 s ${where} MongoDB's`)).toHaveLength(2);
    const ready = await fetch(`${wrong.url}/health/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ok', warnings: [expect.stringContaining('7200 s')] });

    const domain = `${where.replace(' ', '-')}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 2_000 });
    // Refused once: the worker stores a retry, with the time at which it is due.
    product.pushApi.breakCalls(domain, (number) => (number <= 2 ? 'status-500' : undefined));
    const sent = await broadcast(product, domain, audience);
    await waitFor(
      () => product.db.find('deliveryBatches', { domain, attempt: 1 }),
      ({ length }) => length > 0,
    );
    await product.remove(wrong, (worker) => worker.kill());
    const right = await product.startProcess('worker');

    await expectSettled(product, sent);
    const [batch] = await product.db.find('deliveryBatches', { domain });
    expect(Math.abs(Number(batch?.finished_at) - Date.now())).toBeLessThan(600_000);
    await product.remove(right, (worker) => worker.stop());
  },
  120_000,
);

it('a worker whose clock is 2 h behind sends a whole broadcast, and its events have the time of MongoDB', async () => {
  const behind = await product.startProcess('worker', shiftedBy(-TWO_HOURS_MS));
  const domain = 'alone-behind.example.com';
  const audience = await addAudience(product, domain, { tokens: 2_000 });

  const sent = await broadcast(product, domain, audience);

  await expectSettled(product, sent);
  const events = await product.events(sent.messageId, [0, 3, 4, 5]);
  const offMs = events.map(({ date }) => Math.abs(Number(date) - Date.now()));
  expect(Math.max(...offMs)).toBeLessThan(600_000);
  expect(await product.remove(behind, (worker) => worker.stop())).toBe(0);
}, 120_000);

it('a worker whose clock is 2 h ahead sends at the time that was asked for, and each contact in its place', async () => {
  const ahead = await product.startProcess('worker', shiftedBy(TWO_HOURS_MS));
  const domain = 'alone-ahead.example.com';
  await product.db.addContacts(domain, names('ahead', 100));
  const sendAt = new Date(Date.now() + 3_000);
  const messageId = await product.send(domain, { title: 'Ahead', sendAt: sendAt.toISOString(), ratePerMinute: 1_000 });

  await product.finished(messageId);

  const times = product.pushApi.calls.filter(({ title }) => title === 'Ahead').map(({ startedMs }) => startedMs);
  const firstMs = Math.min(...times);
  expect(firstMs).toBeGreaterThanOrEqual(sendAt.getTime() - 1_000);
  // Work that nothing woke is found by the sweeper later than this, and has lost its place by then.
  expect(firstMs - sendAt.getTime()).toBeLessThan(15_000);
  const [throttle] = await product.db.find('throttles', { _id: `rate: message ${messageId}` });
  expect(Number(throttle?.next_ms) - 100 * 60).toBeLessThan(firstMs + 1_000);
  expect(await product.remove(ahead, (worker) => worker.stop())).toBe(0);
}, 120_000);
