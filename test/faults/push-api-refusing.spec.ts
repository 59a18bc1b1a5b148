import { addAudience } from '../support/audience.js';
import { type Broadcast, broadcast, describeRepeats, expectSettled, inTheMiddle } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { uuid } from '../support/test-database.js';
import { faultRounds } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

const ROUNDS = Array.from({ length: faultRounds() }, (_, round) => round + 1);

const report: string[] = [];

let proxy: TcpProxy;
let product: Installation;

beforeAll(async () => {
  product = await Installation.start('push_api_refusing', { workers: 0, latencyMs: 200 });
  proxy = await startTcpProxy('127.0.0.1', Number(new URL(product.pushApi.url).port));
  const environment = { PUSH_API_URL: `http://127.0.0.1:${proxy.port}`, PUSH_API_TOKENS_LIMIT: '50' };
  await product.startProcess('worker', environment);
});

afterAll(async () => {
  console.log(report.join('\n'));
  expect(await product.stopAndKeepData()).toEqual([0, 0]);
  await proxy.stop();
});

/** Waits until the worker has noticed and has postponed contacts to a later attempt. */
async function untilPutOff({ messageId }: Broadcast): Promise<void> {
  await waitFor(
    () => product.db.count('deliveryBatches', { message_id: uuid(messageId), attempt: { $gt: 0 } }),
    (count) => count > 0,
  );
}

describe.each(ROUNDS)('round %i', (round) => {
  it('sends to each contact once when PushApi refuses connections from the first call on', async () => {
    const domain = `first-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 1_500, subscriptions: 1_500 });
    await proxy.refuse();
    const sent = await broadcast(product, domain, audience);
    await untilPutOff(sent);
    await proxy.listenAgain();

    const repeats = await expectSettled(product, sent);
    expect(repeats).toMatchObject({ contacts: 0, calls: 0 });
    report.push(describeRepeats('refused connections from the first call on', sent, repeats));
  }, 60_000);

  it('settles each contact once when PushApi refuses connections in the middle of a broadcast', async () => {
    const domain = `middle-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 8_000, subscriptions: 8_000 });
    const sent = await broadcast(product, domain, audience);
    const watch = watchLedger(product, sent.messageId);
    await inTheMiddle(product, sent, 0.1);
    const fromMs = Date.now();
    await proxy.refuse();
    const toMs = Date.now();
    await untilPutOff(sent);
    await proxy.listenAgain();

    const repeats = await expectSettled(product, sent, [{ fromMs, toMs }]);
    report.push(describeRepeats('refused connections in the middle', sent, repeats));
    await watch.expectAddedUp();
  }, 60_000);
});
