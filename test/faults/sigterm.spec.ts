import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience } from '../support/audience.js';
import { broadcast, describeRepeats, expectSettled, inTheMiddle } from '../support/broadcasts.js';
import { type HttpResponse, request } from '../support/http.js';
import { Installation, messageIdOf, names } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { callsInFlight, type NamedWorker, startWorker, stopWorker } from '../support/named-workers.js';
import { faultRounds } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

const ROUNDS = Array.from({ length: faultRounds() }, (_, round) => round + 1);

const ENDS_WITHIN_MS = 30_000;

const report: string[] = [];
let product: Installation;

beforeAll(async () => {
  product = await Installation.start('sigterm', {
    workers: 0,
    latencyMs: 250,
    environment: { PUSH_API_TOKENS_LIMIT: '100' },
  });
});

afterAll(async () => {
  console.log(report.join('\n'));
  expect(await product.stop()).toEqual([0]);
});

function lastCallMs({ name }: NamedWorker): number {
  return product.pushApi.calls.findLast(({ via }) => via === name)?.startedMs ?? 0;
}

describe.each(ROUNDS)('round %i', (round) => {
  it('sends nothing twice when a worker stops in the middle of a broadcast and another finishes it', async () => {
    const domain = `worker-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 63_000, subscriptions: 27_000 });
    const leaving = await startWorker(product, `leaving-${round}`);
    const staying = await startWorker(product, `staying-${round}`);
    const sent = await broadcast(product, domain, audience);
    const watch = watchLedger(product, sent.messageId);
    await inTheMiddle(product, sent, 0.05 + Math.random() * 0.2);
    await waitFor(
      () => callsInFlight(product, domain, leaving),
      (count) => count > 0,
    );

    const askedMs = Date.now();
    expect(await stopWorker(product, leaving)).toBe(0);
    const endedMs = Date.now();
    expect(endedMs - askedMs).toBeLessThan(ENDS_WITHIN_MS);

    const repeats = await expectSettled(product, sent);
    expect(repeats).toMatchObject({ contacts: 0, calls: 0 });
    expect(lastCallMs(leaving)).toBeGreaterThan(0);
    expect(lastCallMs(staying)).toBeGreaterThan(lastCallMs(leaving));
    report.push(describeRepeats(`worker ended in ${endedMs - askedMs} ms`, sent, repeats));
    await watch.expectAddedUp();
    expect(await stopWorker(product, staying)).toBe(0);
  }, 120_000);

  it('sends every accepted message when an api stops while it accepts them', async () => {
    const domain = `api-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 3 });
    const leaving = await product.startProcess('api');
    const worker = await startWorker(product, `of-api-${round}`);
    const accepted = new Map<string, string>();
    const refused: HttpResponse[] = [];
    const senders = names('sender', 8).map(async (sender) => {
      for (let number = 0; ; number += 1) {
        const json = { title: `${domain}/${sender}/${number}`, body: 'The body' };
        const url = `${leaving.url}/messages/domains/${domain}`;
        const response = await request('POST', url, { token: product.keys.superUser, json }).catch(() => undefined);
        if (response === undefined) return;
        if (response.status === 202) accepted.set(json.title, messageIdOf(response, 202));
        else refused.push(response);
        // A connection that is being closed refuses the request; the next attempt opens a new one.
        await sleep(response.status === 202 ? 0 : 50);
      }
    });
    await waitFor(
      () => accepted.size,
      (count) => count >= 20,
    );

    const askedMs = Date.now();
    expect(await product.remove(leaving, (each) => each.stop())).toBe(0);
    const endedMs = Date.now();
    expect(endedMs - askedMs).toBeLessThan(ENDS_WITHIN_MS);
    await Promise.all(senders);

    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 503));
    for (const [title, messageId] of accepted) await expectSettled(product, { title, domain, messageId, audience });
    // A request without a response was not started.
    expect(await product.db.count('messages', { domain })).toBe(accepted.size);
    report.push(`api ended in ${endedMs - askedMs} ms: all ${accepted.size} sends that it accepted are sent`);
    expect(await stopWorker(product, worker)).toBe(0);
  }, 120_000);
});
