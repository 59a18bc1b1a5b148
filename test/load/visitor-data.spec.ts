import { Installation } from '../support/installation.js';
import { CLEAN_UP_MS } from '../support/test-database.js';

const CONTACTS = 1_000_000;
const DELIVERIES = 100;

/** Events of each contact of the person, and of some others besides. */
const OTHERS_WITH_EVENTS = 5_000;

const DOMAIN = 'large.example.com';
const EMAIL = 'somebody@large.example.com';
const GUID = 'guid-of-somebody';
const MAX_MS = 10_000;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('visitor_data_load');
  await product.db.generate('push-contacts', CONTACTS, {
    _id: { $concat: ['contact-', { $toString: '$number' }] },
    domain: DOMAIN,
    device_token: { $concat: ['token-', { $toString: '$number' }] },
    email: { $concat: ['visitor-', { $toString: '$number' }, '@example.com'] },
    visitor_guid: { $concat: ['guid-', { $toString: '$number' }] },
    deleted: false,
    modified: '$$NOW',
    subscription: null,
  });
  await product.db.generate('deliveries', DELIVERIES, {
    _id: { $concat: ['delivery-', { $toString: '$number' }] },
    domain: DOMAIN,
    kind: 'domain',
    state: 'done',
    finished_at: '$$NOW',
  });
  const contact = { $mod: ['$number', OTHERS_WITH_EVENTS] };
  const delivery = { $floor: { $divide: ['$number', OTHERS_WITH_EVENTS] } };
  await product.db.generate('webPushEvent', DELIVERIES * OTHERS_WITH_EVENTS, {
    _id: { $concat: ['delivery-', { $toString: delivery }, ':contact-', { $toString: contact }] },
    type: 0,
    date: '$$NOW',
    push_contact_id: { $concat: ['contact-', { $toString: contact }] },
    domain: DOMAIN,
    device_token: { $concat: ['token-', { $toString: contact }] },
    error_message: null,
  });
  for (const number of [1, 2, 3]) {
    const change = { $set: { email: EMAIL, visitor_guid: GUID, device_token: `token-of-somebody-${number}` } };
    await product.db.update('push-contacts', { _id: `contact-${number}` }, change);
  }
}, 300_000);

afterAll(async () => {
  await product.stop();
}, CLEAN_UP_MS);

async function timed(method: string, path: string): Promise<{ body: unknown; ms: number }> {
  const startedAt = performance.now();
  const { status, body } = await product.askAsSuperUser(method, path);
  expect(status).toBe(200);
  return { body, ms: performance.now() - startedAt };
}

it(`returns and erases a person among ${CONTACTS} contacts and their events in less than 10 s, by indexes`, async () => {
  const plans = await product.db.plansDuring('push-contacts', async () => {
    const byGuid = await timed('GET', `/visitors/${GUID}/data`);
    const byEmail = await timed('GET', `/visitors/data?email=${EMAIL.toUpperCase()}`);
    expect((byGuid.body as unknown[]).length).toBe(3 + 3 * DELIVERIES);
    expect(byEmail.body).toHaveLength(3 + 3 * DELIVERIES);
    console.log(`GET by guid ${Math.round(byGuid.ms)} ms, by e-mail ${Math.round(byEmail.ms)} ms`);
    expect(Math.max(byGuid.ms, byEmail.ms)).toBeLessThan(MAX_MS);
  });
  expect(new Set(plans)).toEqual(new Set(plans.filter((plan) => String(plan).startsWith('IXSCAN'))));

  const erased = await timed('DELETE', `/visitors/data?email=${EMAIL}`);

  console.log(`DELETE ${Math.round(erased.ms)} ms`);
  expect(erased.body).toMatchObject({ contacts: 3, events: 3 * DELIVERIES });
  expect(erased.ms).toBeLessThan(MAX_MS);
  expect(await product.db.count('push-contacts', { domain: DOMAIN })).toBe(CONTACTS);
  expect(await product.db.count('webPushEvent', { domain: DOMAIN, type: 0 })).toBe(DELIVERIES * OTHERS_WITH_EVENTS);
  const ofSomebody = { $or: [{ email: EMAIL }, { visitor_guid: GUID }, { device_token: /token-of-somebody/ }] };
  expect(await product.db.count('push-contacts', ofSomebody)).toBe(0);
  const ofContacts = { push_contact_id: /^contact-[123]$/, device_token: { $ne: null } };
  expect(await product.db.count('webPushEvent', ofContacts)).toBe(0);
}, 300_000);
