import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience, type Audience } from '../support/audience.js';
import { broadcast, describeRepeats, expectSettled, inTheMiddle } from '../support/broadcasts.js';
import type { Answer } from '../support/http.js';
import { Installation, messageIdOf } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { type OwnReplicaSet, startOwnReplicaSet } from '../support/own-replica-set.js';
import type { Crash } from '../support/repeats.js';
import { faultRounds } from '../support/test-environment.js';

const ROUNDS = Array.from({ length: faultRounds() }, (_, round) => round + 1);

/** Between two sends that are made all the time. */
const SEND_EVERY_MS = 50;

/** Sends go on for so long after the new primary is there. */
const AFTERWARDS_MS = 2_000;

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

/** Sends small messages all the time, until told to stop; answers what each was answered, by title. */
function sendAway(domain: string): { stop(): Promise<Map<string, Answer>> } {
  const answers = new Map<string, Promise<Answer>>();
  let isStopping = false;
  const run = async (): Promise<void> => {
    for (let turn = 0; !isStopping; turn += 1) {
      const json = { title: `${domain}/${turn}`, body: 'The body' };
      answers.set(json.title, product.askAsSuperUser('POST', `/messages/domains/${domain}`, { json }));
      await sleep(SEND_EVERY_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      isStopping = true;
      await running;
      return new Map(await Promise.all([...answers].map(async ([title, answer]) => [title, await answer] as const)));
    },
  };
}

test.each(ROUNDS)(
  'the primary steps down in the middle of a broadcast, while messages are accepted: round %i',
  async (round) => {
    const domain = `stepped-down-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 31_500, subscriptions: 13_500 });
    const smallDomain = `small-${round}.example.com`;
    const smallAudience = await addAudience(product, smallDomain, { tokens: 2 });
    const before = await mongoDb.primary();
    const sent = await broadcast(product, domain, audience);
    const watch = watchLedger(product, sent.messageId);
    const sending = sendAway(smallDomain);
    await inTheMiddle(product, sent, 0.1 + Math.random() * 0.3);

    expect(await mongoDb.primary()).toBe(before);
    const fromMs = Date.now();
    await mongoDb.stepDown();
    const toMs = Date.now();
    const crashes = [{ fromMs, toMs }];
    expect(await mongoDb.primary()).not.toBe(before);
    await inTheMiddle(product, sent, 0);
    await sleep(AFTERWARDS_MS);
    const answers = await sending.stop();

    // A worker whose write got no answer cannot know that it is done; it may send what it could not record again.
    const repeats = await expectSettled(product, sent, crashes);
    report.push(describeRepeats(`the primary stepped down, for ${toMs - fromMs} ms`, sent, repeats));
    await watch.expectAddedUp();
    await expectAllOrNothing(answers, smallDomain, smallAudience, crashes);
  },
  180_000,
);

/** What was answered 202 is sent; anything else was refused as a whole. */
async function expectAllOrNothing(
  answers: ReadonlyMap<string, Answer>,
  domain: string,
  audience: Audience,
  crashes: readonly Crash[],
): Promise<void> {
  const refused = [...answers].filter(([, { status }]) => status !== 202);
  for (const [title, { status, body, headers }] of refused) {
    expect([status, headers.get('content-type')]).toEqual([503, expect.stringContaining('application/problem+json')]);
    expect(body).toMatchObject({ type: 'urn:push-contact:error:database_unavailable' });
    expect(await product.db.count('messages', { title })).toBe(0);
  }
  const accepted = [...answers].filter(([, { status }]) => status === 202);
  for (const [title, answer] of accepted) {
    const messageId = messageIdOf(answer, 202);
    await expectSettled(product, { title, domain, messageId, audience }, crashes);
  }
  report.push(`${accepted.length} sends accepted meanwhile are sent, ${refused.length} were refused as a whole`);
  expect(accepted.length).toBeGreaterThan(0);
}
