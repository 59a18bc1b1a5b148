import type { HttpResponse } from '../support/http.js';
import { Installation, messageIdOf, names } from '../support/installation.js';
import { type StoredDocument, uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const CANCELS = { isPushFeatureEnabled: false, cancelPendingDeliveries: true };

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('switched-off', { latencyMs: 100 });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

function put(domain: string, json: object): Promise<HttpResponse> {
  return product.askAsSuperUser('PUT', `/domains/${domain}`, { json });
}

async function switchOff(domain: string): Promise<void> {
  const { status, text } = await put(domain, CANCELS);
  expect([status, text]).toEqual([200, '']);
}

function findUnended(domain: string): Promise<StoredDocument[]> {
  return product.db.find('deliveries', { domain, finished_at: null });
}

describe('PUT /domains/{name} with cancelPendingDeliveries', () => {
  it('ends a running broadcast of several batches: what is sent stays counted, and nothing more is sent', async () => {
    const domain = 'running.example.com';
    await product.db.addSubscribers(domain, 'running.push.example', names('fine', 30_000));
    const messageId = await product.send(domain, { title: 'Running' });
    await waitFor(
      () => product.progress(messageId),
      ({ delivered }) => delivered > 0,
    );
    await switchOff(domain);
    const ended = await product.finished(messageId);
    expect(ended).toMatchObject({ state: 'cancelled', pending: 0, planned: ended.delivered });
    expect(ended.delivered).toBeLessThan(30_000);
    const ofMessage = { message_id: uuid(messageId) };
    expect(await product.db.count('deliveryBatches', ofMessage)).toBeGreaterThan(1);
    expect(await product.db.count('deliveryBatches', { ...ofMessage, state: { $nin: ['done', 'cancelled'] } })).toBe(0);
    const sent = product.subscriptionsSent('Running').length;
    expect(sent).toBe(ended.delivered);
    expect(Object.keys(await product.outcomes(messageId))).toHaveLength(sent);
    const { message, stats } = await product.counters(messageId);
    expect([message.sent, message.delivered, stats.sent, stats.delivered]).toEqual([sent, sent, sent, sent]);

    const enabled = await product.ask('GET', `/domains/${domain}/isPushFeatureEnabled`);
    expect(enabled.body).toBe(false);
    await switchOff(domain);
    expect(await product.progress(messageId)).toEqual(ended);
    expect(product.subscriptionsSent('Running')).toHaveLength(sent);
  }, 90_000);

  it('cancels scheduled sends of every kind, and those of no other domain', async () => {
    const [domain, other] = ['scheduled.example.com', 'SCHEDULED.example.com'];
    const sendAt = new Date(Date.now() + 600_000).toISOString();
    const message = { title: 'Scheduled', body: 'b', sendAt };
    for (const name of [domain, other]) await product.db.addContacts(name, [`to ${name}`], { visitor_guid: 'one' });
    const stored = await product.store(domain, message);
    await product.askAsSuperUser('POST', `/messages/${stored}/visitors/one/send`, { json: {} });
    const visitorsFieldsList = [{ visitorGuid: 'one' }];
    await product.askAsSuperUser('POST', `/messages/${stored}/visitors/send`, { json: { visitorsFieldsList } });
    const single = await product.askAsSuperUser('POST', `/push-contacts/${domain}/one/message`, { json: message });
    const cancelled = [stored, messageIdOf(single, 200), await product.send(domain, message)];
    const kept = await product.send(other, message);
    expect(await findUnended(domain)).toHaveLength(4);

    await switchOff(domain);
    expect(await findUnended(domain)).toEqual([]);
    for (const messageId of cancelled) {
      expect(await product.progress(messageId)).toMatchObject({ state: 'cancelled', planned: 0, pending: 0 });
    }
    expect(await product.progress(kept)).toMatchObject({ finishedAt: null });
    expect(await findUnended(other)).toHaveLength(1);
    await switchOff(other);
    expect(product.tokensSent('Scheduled')).toEqual([]);
  });

  it('cancels more deliveries than are read at once, and leaves those that had ended', async () => {
    const domain = 'many.example.com';
    await product.db.addContacts(domain, ['ended']);
    const ended = await product.send(domain, { title: 'Ended' });
    const before = await product.finished(ended);
    const messageId = await product.send(domain, { title: 'Many', sendAt: new Date(Date.now() + 600_000) });
    const [delivery = {}] = await product.db.find('deliveries', { message_id: uuid(messageId) });
    const copies = Array.from({ length: 1_100 }, (_, index) => ({ ...delivery, _id: `f${index + 10_000}` }));
    await product.db.insert('deliveries', copies);
    await switchOff(domain);
    expect(await findUnended(domain)).toEqual([]);
    expect(await product.db.count('deliveries', { domain, state: 'cancelled' })).toBe(1_101);
    expect(await product.progress(ended)).toEqual(before);
  });

  it('is for switching off alone: 400 with the feature on, and nothing is stored or cancelled', async () => {
    const domain = 'still-on.example.com';
    const messageId = await product.send(domain, { title: 'Waits', sendAt: new Date(Date.now() + 600_000) });
    const { status, body } = await put(domain, { ...CANCELS, isPushFeatureEnabled: true });
    expect(status).toBe(400);
    expect(Object.keys((body as { errors: object }).errors)).toEqual(['cancelPendingDeliveries']);
    expect(await product.db.count('domains', { name: domain })).toBe(0);
    expect(await product.progress(messageId)).toMatchObject({ finishedAt: null });
  });

  it.each([
    [{ cancelPendingDeliveries: true }, 'cancelled'],
    [{ isPushFeatureEnabled: null, CANCELPENDINGDELIVERIES: true }, 'cancelled'],
    [{ isPushFeatureEnabled: false, cancelPendingDeliveries: false }, 'planning'],
    [{ isPushFeatureEnabled: false, cancelPendingDeliveries: null }, 'planning'],
    [{ isPushFeatureEnabled: false }, 'planning'],
  ])('given as %j leaves a scheduled send %s', async (json, state) => {
    const domain = `given-${Object.values(json).join('-')}.example.com`;
    const messageId = await product.send(domain, { title: 'Given', sendAt: new Date(Date.now() + 600_000) });
    expect((await put(domain, json)).status).toBe(200);
    const [delivery] = await product.db.find('deliveries', { message_id: uuid(messageId) });
    expect(delivery).toMatchObject({ state });
    expect(await product.db.count('domains', { name: domain, is_push_feature_enabled: false })).toBe(1);
  });

  it('refuses a value that is no boolean', async () => {
    const { status, body } = await put('no-boolean.example.com', { cancelPendingDeliveries: 'true' });
    expect(status).toBe(400);
    expect(Object.keys((body as { errors: object }).errors)).toEqual(['cancelPendingDeliveries']);
  });

  it('finishes what an earlier call has left half-way', async () => {
    const domain = 'half-way.example.com';
    const sendAt = new Date(Date.now() + 600_000);
    const first = await product.send(domain, { title: 'First', sendAt });
    const second = await product.send(domain, { title: 'Second', sendAt });
    await put(domain, { isPushFeatureEnabled: false });
    expect((await product.askAsSuperUser('DELETE', `/messages/${first}/delivery`)).status).toBe(200);
    await switchOff(domain);
    for (const id of [first, second]) expect(await product.progress(id)).toMatchObject({ state: 'cancelled' });
  });
});
