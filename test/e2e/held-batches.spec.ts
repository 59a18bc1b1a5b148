import { Installation, names } from '../support/installation.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const HELD_MS = 6_000;
const LONGER_MS = 12_000;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('held_batches');
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

/** A pause of Firebase for the domain, as workers store it. */
function pause(domain: string, untilMs: number): object {
  return {
    _id: `firebase ${domain}`,
    version: 1,
    until_ms: untilMs,
    pause_ms: 5_000,
    is_probing: true,
    rate_per_minute: 600,
    has_met_limit: false,
    changed_ms: untilMs,
    refused_ms: untilMs,
    cycle_start_ms: untilMs,
    cycle_accepted: 0,
    accepted_ms: null,
    expires_at: new Date(untilMs + 3_600_000),
  };
}

/** The batch of a message once it waits for the pause. */
async function heldBatch(messageId: string): Promise<{ id: string; deliveryId: string }> {
  const [batch] = await waitFor(
    () => product.db.pick('deliveryBatches', { message_id: uuid(messageId) }, 'delivery_id', 'throttled_by'),
    (batches) => batches.some(({ throttled_by: throttledBy }) => typeof throttledBy === 'string'),
  );
  return { id: String(batch?._id), deliveryId: String(batch?.delivery_id) };
}

it('a held batch whose worker was killed in the middle sends to nobody again, while it is still held', async () => {
  const domain = 'held.example.com';
  const tokens = names('fine', 12);
  const ids = await product.db.addContacts(domain, tokens);
  const startMs = Date.now();
  await product.db.insert('throttles', [pause(domain, startMs + HELD_MS)]);
  const messageId = await product.send(domain, { title: 'Held' });
  const { id, deliveryId } = await heldBatch(messageId);

  // What a worker leaves that began with it, sent to five, and was killed; and the domain is refused again.
  const sent = ids.slice(0, 5).map((contactId, index) => ({
    _id: `${deliveryId}:${contactId}`,
    type: 0,
    date: new Date(),
    message_id: uuid(messageId),
    push_contact_id: contactId,
    sub_type: 0,
    domain,
    device_token: tokens[index],
    error_message: null,
  }));
  await product.db.insert('webPushEvent', sent);
  await product.db.update('deliveryBatches', { _id: id }, { $set: { starts: 1, lease_until: new Date(0) } });
  await product.db.update('throttles', { _id: `firebase ${domain}` }, { $set: { until_ms: startMs + LONGER_MS } });

  expect(await product.finished(messageId)).toMatchObject({ planned: 12, delivered: 12, pending: 0 });
  expect(product.tokensSent('Held').sort()).toEqual(tokens.slice(5).sort());
  expect((await product.counters(messageId)).message).toMatchObject({ sent: 12, delivered: 12 });
});

it('a held batch is cancelled at once', async () => {
  const domain = 'cancelled.example.com';
  await product.db.addContacts(domain, names('cancelled', 12));
  await product.db.insert('throttles', [pause(domain, Date.now() + 3_600_000)]);
  const messageId = await product.send(domain, { title: 'Cancelled' });
  await heldBatch(messageId);
  expect((await product.askAsSuperUser('DELETE', `/messages/${messageId}/delivery`)).body).toMatchObject({
    state: 'cancelled',
    pending: 0,
  });
  expect(product.tokensSent('Cancelled')).toEqual([]);
});

it('the rate that was asked for holds beside a faster one that was learned', async () => {
  const domain = 'asked.example.com';
  await product.db.addContacts(domain, names('asked', 12));
  const learned = {
    ...pause(domain, 0),
    is_probing: false,
    has_met_limit: true,
    expires_at: new Date(Date.now() + 3_600_000),
  };
  await product.db.insert('throttles', [learned]);
  const messageId = await product.send(domain, { title: 'Asked', ratePerMinute: 60 });
  expect(await product.finished(messageId)).toMatchObject({ delivered: 12 });
  const times = product.pushApi.calls.filter(({ title }) => title === 'Asked').map(({ startedMs }) => startedMs);
  // One a second, and those of three seconds together.
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(8_000);
});
