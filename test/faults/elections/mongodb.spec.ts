import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience, type Audience } from '../../support/audience.js';
import { broadcast, type Broadcast, describeRepeats, expectSettled, inTheMiddle } from '../../support/broadcasts.js';
import type { HttpResponse } from '../../support/http.js';
import { Installation, messageIdOf } from '../../support/installation.js';
import { watchLedger } from '../../support/ledger-watch.js';
import { type OwnReplicaSet, startOwnReplicaSet } from '../../support/own-replica-set.js';
import type { Crash } from '../../support/repeats.js';
import { faultRounds } from '../../support/test-environment.js';

const ROUNDS = Array.from({ length: faultRounds() }, (_, round) => round + 1);

/** Pause between two sends of the load. */
const SEND_EVERY_MS = 50;

/** The load waits while so many of its sends are without a call: a slow machine would send nothing else. */
const UNSENT = 10;

/** How long the load goes on after the new primary is elected. */
const AFTERWARDS_MS = 2_000;

/** The driver waits so long for a primary by itself; an election that is shorter would show nothing. */
const SERVER_SELECTION_MS = 5_000;

const report: string[] = [];
let mongoDb: OwnReplicaSet;
let product: Installation;

beforeAll(async () => {
  mongoDb = await startOwnReplicaSet();
  product = await Installation.start('mongodb_faults', {
    workers: 2,
    latencyMs: 250,
    environment: { MONGODB_URI: mongoDb.uri, PUSH_API_TOKENS_LIMIT: '100' },
  });
}, 120_000);

afterAll(async () => {
  console.log(report.join('\n'));
  expect(await product.stopAndKeepData()).toEqual([0, 0, 0]);
  await mongoDb.stop();
}, 120_000);

/** Sends small messages until it is stopped. `stop` resolves with the response to each, by title. */
function sendAway(domain: string): { stop(): Promise<Map<string, HttpResponse>> } {
  const responses = new Map<string, Promise<HttpResponse>>();
  const unsent = new Set<string>();
  let isStopping = false;
  const send = async (title: string): Promise<HttpResponse> => {
    unsent.add(title);
    const json = { title, body: 'The body' };
    const response = await product.askAsSuperUser('POST', `/messages/domains/${domain}`, { json });
    if (response.status !== 202) unsent.delete(title);
    return response;
  };
  const run = async (): Promise<void> => {
    while (!isStopping) {
      for (const { title } of product.pushApi.calls) unsent.delete(String(title));
      const title = `${domain}/${responses.size}`;
      if (unsent.size < UNSENT) responses.set(title, send(title));
      await sleep(SEND_EVERY_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      isStopping = true;
      await running;
      return new Map(
        await Promise.all([...responses].map(async ([title, response]) => [title, await response] as const)),
      );
    },
  };
}

it.each(ROUNDS)(
  'loses no contact and no accepted message when the primary steps down in the middle of a broadcast: round %i',
  async (round) => {
    const domain = `stepped-down-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 31_500, subscriptions: 13_500 });
    const smallDomain = `small-${round}.example.com`;
    const smallAudience = await addAudience(product, smallDomain, { tokens: 2 });
    const before = await mongoDb.primary();
    const sent = await broadcast(product, domain, audience);
    const watch = watchLedger(product, sent.messageId);
    const sending = sendAway(smallDomain);
    const { fromMs, toMs } = await stepDownInTheMiddle(sent, before).finally(async () => {
      await sending.stop();
    });
    const responses = await sending.stop();
    const crashes = [{ fromMs, toMs }];

    // A worker whose write got no response cannot know whether it succeeded, and may send the same contacts
    // again.
    const repeats = await expectSettled(product, sent, crashes);
    report.push(describeRepeats(`the primary stepped down, for ${toMs - fromMs} ms`, sent, repeats));
    await watch.expectAddedUp();
    await expectAllOrNothing(responses, smallDomain, smallAudience, crashes);
  },
  180_000,
);

it.each(ROUNDS)(
  'keeps what PushApi has answered until a killed primary is replaced: round %i',
  async (round) => {
    const domain = `killed-primary-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 31_500, subscriptions: 13_500 });
    const sent = await broadcast(product, domain, audience);
    const watch = watchLedger(product, sent.messageId);
    await inTheMiddle(product, sent, 0.1 + Math.random() * 0.3);

    const electionMs = await mongoDb.killPrimary();

    // No crash excuses a repeat: the workers live, and their leases outlast the election.
    const repeats = await expectSettled(product, sent);
    report.push(describeRepeats(`the primary was killed, for ${electionMs} ms`, sent, repeats));
    expect(repeats.contacts).toBe(0);
    await watch.expectAddedUp();
    expect(electionMs).toBeGreaterThan(SERVER_SELECTION_MS);
  },
  180_000,
);

/** Makes the primary step down in the middle of a broadcast. Resolves with the time without a primary. */
async function stepDownInTheMiddle(sent: Broadcast, before: string | undefined): Promise<Crash> {
  await inTheMiddle(product, sent, 0.1 + Math.random() * 0.3);
  expect(await mongoDb.primary()).toBe(before);
  const fromMs = Date.now();
  await mongoDb.stepDown();
  const toMs = Date.now();
  expect(await mongoDb.primary()).not.toBe(before);
  await inTheMiddle(product, sent, 0);
  await sleep(AFTERWARDS_MS);
  return { fromMs, toMs };
}

/** Checks that each message with a 202 is sent, and that each refused one left nothing. */
async function expectAllOrNothing(
  responses: ReadonlyMap<string, HttpResponse>,
  domain: string,
  audience: Audience,
  crashes: readonly Crash[],
): Promise<void> {
  const refused = [...responses].filter(([, { status }]) => status !== 202);
  for (const [title, { status, body, headers }] of refused) {
    expect([status, headers.get('content-type')]).toEqual([503, expect.stringContaining('application/problem+json')]);
    expect(body).toMatchObject({ type: 'urn:push-contact:error:database_unavailable' });
    expect(await product.db.count('messages', { title })).toBe(0);
  }
  const accepted = [...responses].filter(([, { status }]) => status === 202);
  for (const [title, response] of accepted) {
    const messageId = messageIdOf(response, 202);
    await expectSettled(product, { title, domain, messageId, audience }, crashes);
  }
  report.push(`${accepted.length} sends accepted meanwhile are sent, ${refused.length} were refused as a whole`);
  expect(accepted.length).toBeGreaterThan(0);
}
