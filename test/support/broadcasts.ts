import { type Audience, isGone, type Outcome } from './audience.js';
import type { CountedOutcome, Installation } from './installation.js';
import { type Crash, findRepeats, type Repeats } from './repeats.js';
import { type StoredDocument, uuid } from './test-database.js';
import { waitFor } from './wait-for.js';

/** A message that was sent to a domain. */
export interface Broadcast {
  readonly title: string;
  readonly domain: string;
  readonly messageId: string;
  readonly audience: Audience;
}

interface Recorded {
  readonly planned: number;
  readonly recorded: number;
}

/** Sends a message to all contacts of a domain. */
export async function broadcast(
  product: Installation,
  domain: string,
  audience: Audience,
  title = domain,
): Promise<Broadcast> {
  return { title, domain, audience, messageId: await product.send(domain, { title }) };
}

/** Numbers of planned contacts and recorded outcomes of a message. */
export async function recordedOf({ db }: Installation, messageId: string): Promise<Recorded> {
  const [delivery] = await db.find('deliveries', { message_id: uuid(messageId) });
  const recorded = Number(delivery?.delivered) + Number(delivery?.not_delivered);
  return { planned: Number(delivery?.planned), recorded };
}

/** Waits until this share of a broadcast is recorded. Fails if it has ended by then. */
export async function inTheMiddle(
  product: Installation,
  { messageId, audience }: Broadcast,
  share: number,
): Promise<void> {
  await waitFor(
    () => recordedOf(product, messageId),
    ({ recorded }) => recorded > 0 && recorded >= share * audience.size,
  ).catch(async (error: unknown) => {
    throw new Error(`The broadcast does not go on:\n${await product.describe(messageId)}`, { cause: error });
  });
  expect((await recordedOf(product, messageId)).recorded).toBeLessThan(audience.size);
}

/**
 * Waits for the end of a broadcast. Checks that each contact has exactly one outcome, the expected one, and
 * that all counters agree with it; that exactly the gone contacts are pruned; and that nothing was sent twice
 * without an excuse. Resolves with the repeats.
 */
export async function expectSettled(
  product: Installation,
  { title, domain, messageId, audience }: Broadcast,
  crashes: readonly Crash[] = [],
): Promise<Repeats> {
  const { db } = product;
  const ofMessage = { message_id: uuid(messageId) };
  await waitFor(
    () => db.pick('deliveries', ofMessage, 'state', 'planned', 'delivered', 'not_delivered'),
    (deliveries) => deliveries.length === 1 && deliveries[0]?.state === 'done',
  ).catch(async (error: unknown) => {
    throw new Error(`The broadcast does not end:\n${await product.describe(messageId)}`, { cause: error });
  });
  const outcomes = [...audience.values()];
  const planned = outcomes.length;
  const delivered = outcomes.filter(([type]) => type === 0).length;
  const notDelivered = planned - delivered;
  const progress = { state: 'done', planned, delivered, notDelivered, pending: 0 };
  expect(await product.progress(messageId)).toMatchObject(progress);
  expect(await db.count('deliveryBatches', { ...ofMessage, state: { $ne: 'done' } })).toBe(0);

  const counters = {
    sent: planned,
    delivered,
    not_delivered: notDelivered,
    billable_sends: delivered + outcomes.filter(isGone).length,
  };
  const { message, stats } = await product.counters(messageId);
  expect([message, stats]).toMatchObject([counters, counters]);

  await expectOutcomes(product, messageId, outcomes);
  await expectOneEventEach(product, messageId, domain, audience);
  const pruned = await db.pick('push-contacts', { domain, deleted: true }, 'device_token');
  const gone = [...audience].flatMap(([key, outcome]) => (isGone(outcome) ? [key] : []));
  expect(readTexts(pruned, 'device_token')).toEqual(gone.sort());

  const repeats = findRepeats(
    product.pushApi.calls.filter((call) => call.title === title),
    crashes,
  );
  expect(repeats.unexcused).toEqual([]);
  return repeats;
}

/** What is counted by push service and reason adds up to the outcomes of the audience. */
async function expectOutcomes(product: Installation, messageId: string, outcomes: readonly Outcome[]): Promise<void> {
  const { isComplete, items } = await product.outcomesByService(messageId);
  const sum = (isCounted: (item: CountedOutcome) => boolean): number =>
    items.filter(isCounted).reduce((all, { contacts }) => all + contacts, 0);
  expect({
    isComplete,
    delivered: sum(({ outcome }) => outcome === 'delivered'),
    gone: sum(({ reason }) => reason === 'gone' || reason === 'unregistered'),
    all: sum(() => true),
  }).toEqual({
    isComplete: true,
    delivered: outcomes.filter(([type]) => type === 0).length,
    gone: outcomes.filter(isGone).length,
    all: outcomes.length,
  });
}

async function expectOneEventEach(
  { db }: Installation,
  messageId: string,
  domain: string,
  audience: Audience,
): Promise<void> {
  const filter = { message_id: uuid(messageId), type: { $in: [0, 3, 4, 5] } };
  const events = await db.pick('webPushEvent', filter, 'push_contact_id', 'device_token', 'type', 'sub_type');
  const contacts = await db.pick('push-contacts', { domain }, '_id');
  expect(events).toHaveLength(audience.size);
  expect(readTexts(events, 'push_contact_id')).toEqual(readTexts(contacts, '_id'));
  expect(events.filter((event) => !isRight(event, audience.get(event.device_token as string)))).toEqual([]);
}

function isRight(event: StoredDocument, outcome: Outcome | undefined): boolean {
  return outcome !== undefined && event.type === outcome[0] && event.sub_type === outcome[1];
}

function readTexts(documents: readonly StoredDocument[], field: string): string[] {
  return documents.map((document) => document[field] as string).sort();
}

/** A line for the report of a suite. */
export function describeRepeats(row: string, { audience }: Broadcast, { contacts, calls }: Repeats): string {
  return `${row}: ${contacts} of ${audience.size} contacts repeated in ${calls} calls`;
}
