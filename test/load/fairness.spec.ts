import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience } from '../support/audience.js';
import { type Broadcast, broadcast, expectSettled, inTheMiddle, recordedOf } from '../support/broadcasts.js';
import { Installation, names } from '../support/installation.js';
import { median } from '../support/median.js';
import type { SendCall } from '../support/stand-in-push-api.js';
import { waitFor } from '../support/wait-for.js';

const LARGE = 200_000;
const SECOND = 20_000;

/** Limit of each single send, from the request to the call of PushApi. */
const SINGLE_WITHIN_MS = 1_000;

/**
 * Minimum share of PushApi's calls: for the second broadcast from its request on, for the large one while
 * both are sent.
 */
const MIN_SHARE = 0.3;

/** Contacts of a small broadcast: a few batches. */
const SMALL = 8_000;

/** Number of small broadcasts that are in progress at any time. */
const SMALL_AT_ONCE = 3;

/** The default of PUSH_API_TOKENS_LIMIT. */
const TOKENS_A_CALL = 400;

/**
 * Calls of the small broadcasts for each call of the large one. Beside three small ones its fair share is a
 * quarter.
 */
const MAX_CALLS_OF_SMALL = 3;

const LARGE_DOMAIN = 'large.example.com';
const SECOND_DOMAIN = 'second.example.com';
const LARGE_AMONG_SMALL_DOMAIN = 'large-among-small.example.com';
const SMALL_DOMAIN = 'small.example.com';
const VISITOR = 'the-visitor';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('fairness', { latencyMs: 20 });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

function callsOf(title: string): SendCall[] {
  return product.pushApi.calls.filter((call) => call.title === title);
}

/**
 * Sends to a single visitor repeatedly while the broadcast is sent. Resolves with the duration of each send
 * in ms.
 */
async function sendSingly({ messageId, audience }: Broadcast): Promise<number[]> {
  const templateId = await product.store('visitors.example.com', { title: 'To [[[who]]]' });
  const tookMs: number[] = [];
  for (;;) {
    const { recorded } = await recordedOf(product, messageId);
    if (recorded === audience.size) return tookMs;
    const title = `To ${tookMs.length}`;
    const askedMs = Date.now();
    const { status } = await product.askAsSuperUser('POST', `/messages/${templateId}/visitors/${VISITOR}/send`, {
      json: { fields: { who: String(tookMs.length) } },
    });
    expect(status).toBe(202);
    const [call] = await waitFor(
      () => callsOf(title),
      ({ length }) => length > 0,
    );
    tookMs.push((call?.startedMs ?? Number.POSITIVE_INFINITY) - askedMs);
    await sleep(200);
  }
}

it('a broadcast delays neither single sends nor the broadcast of another domain', async () => {
  const largeAudience = await addAudience(product, LARGE_DOMAIN, { tokens: LARGE });
  const secondAudience = await addAudience(product, SECOND_DOMAIN, { tokens: SECOND });
  await product.db.addContacts('visitors.example.com', ['fine-visitor'], { visitor_guid: VISITOR });

  const large = await broadcast(product, LARGE_DOMAIN, largeAudience);
  const singles = sendSingly(large);
  await inTheMiddle(product, large, 0.2);
  const secondSentMs = Date.now();
  const second = await broadcast(product, SECOND_DOMAIN, secondAudience);
  const whenSecondEnded = product.finished(second.messageId, 60_000).then(() => recordedOf(product, large.messageId));

  const tookMs = await singles;
  const { recorded } = await whenSecondEnded;
  const secondCalls = callsOf(SECOND_DOMAIN);
  const secondEndedMs = secondCalls.at(-1)?.startedMs ?? 0;
  const largeCalls = callsOf(LARGE_DOMAIN).filter(
    ({ startedMs }) => startedMs >= secondSentMs && startedMs <= secondEndedMs,
  );
  const share = secondCalls.length / (secondCalls.length + largeCalls.length);
  const secondStartedMs = secondCalls[0]?.startedMs ?? 0;
  const largeMeanwhile = largeCalls.filter(({ startedMs }) => startedMs >= secondStartedMs).length;
  const largeShare = largeMeanwhile / (secondCalls.length + largeMeanwhile);
  console.log(
    `${tookMs.length} single sends during ${LARGE} contacts: median ${median(tookMs)} ms, ` +
      `longest ${Math.max(...tookMs)} ms. A second broadcast had ${Math.round(share * 100)} % of the calls until it was sent, ` +
      `the large one ${Math.round(largeShare * 100)} % meanwhile; it ended with ${recorded} of the large one recorded`,
  );

  expect(Math.max(...tookMs)).toBeLessThan(SINGLE_WITHIN_MS);
  expect(tookMs.length).toBeGreaterThanOrEqual(8);
  expect(share).toBeGreaterThanOrEqual(MIN_SHARE);
  expect(largeShare).toBeGreaterThanOrEqual(MIN_SHARE);
  // The second has a tenth of the contacts, and starts when a fifth of the large one is recorded.
  expect(recorded).toBeLessThan(LARGE * 0.8);
  await expectSettled(product, large);
  await expectSettled(product, second);
}, 240_000);

it('a continuous stream of small broadcasts does not starve a large one', async () => {
  const largeAudience = await addAudience(product, LARGE_AMONG_SMALL_DOMAIN, { tokens: LARGE / 2 });
  await product.db.addContacts(SMALL_DOMAIN, names('fine-small', SMALL));
  const callsOfSmall = (): number =>
    product.pushApi.calls.filter(({ title }) => String(title).startsWith('Small')).length;

  const large = await broadcast(product, LARGE_AMONG_SMALL_DOMAIN, largeAudience);
  await inTheMiddle(product, large, 0.1);
  const before = callsOf(LARGE_AMONG_SMALL_DOMAIN).length;
  const callsOfLarge = (): number => callsOf(LARGE_AMONG_SMALL_DOMAIN).length - before;
  const allOfLarge = largeAudience.size / TOKENS_A_CALL - before;
  let sent = 0;
  let endedAfter: number | undefined;
  const keepSending = async (): Promise<void> => {
    while (endedAfter === undefined && callsOfSmall() <= MAX_CALLS_OF_SMALL * allOfLarge) {
      sent += 1;
      await product.finished(await product.send(SMALL_DOMAIN, { title: `Small ${sent}` }), 60_000);
      if (callsOfLarge() >= allOfLarge) endedAfter ??= callsOfSmall();
    }
  };
  await Promise.all(Array.from({ length: SMALL_AT_ONCE }, keepSending));
  console.log(
    `${sent} small broadcasts had ${callsOfSmall()} calls; the large one's ${allOfLarge} were over ` +
      (endedAfter === undefined ? `not at all, ${callsOfLarge()} were made` : `after ${endedAfter} of them`),
  );

  expect(sent).toBeGreaterThan(2 * SMALL_AT_ONCE);
  expect(endedAfter ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(MAX_CALLS_OF_SMALL * allOfLarge);
  await expectSettled(product, large);
}, 240_000);
