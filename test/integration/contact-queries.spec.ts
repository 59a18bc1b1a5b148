import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { ContactQueriesRepository } from '../../src/push-contacts/contact-queries.repository.js';
import { ContactQueriesService } from '../../src/push-contacts/contact-queries.service.js';
import { LeftContacts } from '../../src/deliveries/send/left-contacts.js';
import { RecipientsReader } from '../../src/push-contacts/recipients.reader.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { IndexedTokens } from '../../src/push-contacts/tokens/indexed-tokens.js';
import { countContacts } from '../support/contact-counting.js';
import { openMonitored, plansOf, type QueryPlan } from '../support/query-plans.js';

const OTHERS = 3_000;
const GUIDS_INDEX = 'deleted_1_domain_1_visitor_guid_1';
const DOMAINS_INDEX = 'domain_1_deleted_1';
const UNSUBSCRIBED_INDEX = 'domain_1_unsubscribed_at_1__id_1';

let connection: Connection;
let contactQueries: ContactQueriesService;
let recipients: RecipientsReader;
let nextToken = 0;

beforeAll(async () => {
  connection = await openMonitored(`it-${randomUUID()}`);
  const model = connection.model(PUSH_CONTACT, pushContactSchema(loadConfig({}, []) as Config));
  const { reader } = countContacts(connection);
  await createIndexes(connection);
  contactQueries = new ContactQueriesService(new ContactQueriesRepository(model as never, new IndexedTokens()), reader);
  recipients = new RecipientsReader(model as never, new IndexedTokens());
  // Many contacts of two other domains, which sort before and after the domains of the tests.
  await insert('a-other', OTHERS, (index) => ({ visitor_guid: `g${String(index).padStart(5, '0')}` }));
  await insert('z-other', OTHERS, (index) => ({ visitor_guid: `g${String(index).padStart(5, '0')}` }));
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

async function insert(domain: string, count: number, more: (index: number) => object): Promise<void> {
  const documents = Array.from({ length: count }, (_, index) => ({
    _id: `id-${nextToken}`,
    domain,
    device_token: `token-${nextToken++}`,
    email: null,
    deleted: false,
    modified: new Date(),
    ...more(index),
  }));
  await connection.collection('push-contacts').insertMany(documents as never[]);
}

function expectFromIndexAlone(plans: readonly QueryPlan[], index: string, keys: number): void {
  for (const plan of plans) {
    expect(plan.stages).not.toContain('COLLSCAN');
    expect(plan.indexes).toEqual([index]);
    expect(plan.docsExamined).toBe(0);
    expect(plan.keysExamined).toBeLessThanOrEqual(keys);
  }
}

describe('distinct visitor guids', () => {
  const domain = 'm-cursor';
  const all = Array.from({ length: 250 }, (_, index) => `v${String(index).padStart(3, '0')}`);

  beforeAll(async () => {
    await insert(domain, 250, (index) => ({ visitor_guid: all[249 - index] }));
    await insert(domain, 1_000, () => ({ visitor_guid: 'v100' }));
    await insert(domain, 5, (index) => ({ visitor_guid: all[index] }));
    await insert(domain, 20, (index) => ({ visitor_guid: index % 2 === 0 ? null : '' }));
    await insert(domain, 20, () => ({}));
    await insert(domain, 20, (index) => ({ visitor_guid: `deleted-${index}`, deleted: true }));
  });

  it.each([1, 7, 100, 250, 1_000])('appear once in pages of %i, without nulls and deleted ones', async (perPage) => {
    const seen: string[] = [];
    let nextCursor: string | undefined;
    for (;;) {
      const query = { domain, per_page: perPage, ...(nextCursor !== undefined && { nextCursor }) };
      const page = await contactQueries.listDistinctVisitorGuids(query);
      expect(page.perPage).toBe(perPage);
      expect(page.nextCursor).toBe(page.items.at(-1) ?? null);
      if (page.nextCursor === null) break;
      seen.push(...page.items);
      nextCursor = page.nextCursor;
    }
    expect(seen).toEqual(all);
  });

  it('are read from the index, only as many as the page needs', async () => {
    const { result, plans } = await plansOf(connection, () =>
      contactQueries.listDistinctVisitorGuids({ domain, per_page: 20 }),
    );
    expect(result.items).toEqual(all.slice(0, 20));
    expect(plans).toHaveLength(1);
    expectFromIndexAlone(plans, GUIDS_INDEX, 121);
  });

  it('skip a guid of very many contacts without reading them all', async () => {
    const query = { domain, nextCursor: 'v099', per_page: 20 };
    const { result, plans } = await plansOf(connection, () => contactQueries.listDistinctVisitorGuids(query));
    expect(result.items).toEqual(all.slice(100, 120));
    expect(plans).toHaveLength(2);
    expectFromIndexAlone(plans, GUIDS_INDEX, 121);
  });
});

describe('visitor guids by offset', () => {
  const domain = 'm-offset';

  beforeAll(async () => {
    await insert(domain, 30, (index) => ({ visitor_guid: `v${String(29 - index).padStart(2, '0')}` }));
    await insert(domain, 1, () => ({ visitor_guid: 'v05' }));
    await insert(domain, 10, () => ({ visitor_guid: null }));
    await insert(domain, 10, () => ({}));
    await insert(domain, 10, () => ({ visitor_guid: 'v00', deleted: true }));
  });

  it('are listed in ascending order, one for each active contact that has one', async () => {
    const first = await contactQueries.listVisitorGuids(domain, { page: 0, per_page: 8 });
    expect(first).toEqual({ items: ['v00', 'v01', 'v02', 'v03', 'v04', 'v05', 'v05', 'v06'], page: 8, per_page: 8 });
    const last = await contactQueries.listVisitorGuids(domain, { page: 28, per_page: 8 });
    expect(last).toEqual({ items: ['v27', 'v28', 'v29'], page: 31, per_page: 8 });
    const beyond = await contactQueries.listVisitorGuids(domain, { page: 31, per_page: 8 });
    expect(beyond).toEqual({ items: [], page: 31, per_page: 8 });
  });

  it('are read from the index', async () => {
    const { plans } = await plansOf(connection, () =>
      contactQueries.listVisitorGuids(domain, { page: 8, per_page: 8 }),
    );
    expect(plans).toHaveLength(1);
    expectFromIndexAlone(plans, GUIDS_INDEX, 17);
  });
});

describe('a visitor of a domain', () => {
  beforeAll(async () => {
    await insert('m-visitor', 2, () => ({ visitor_guid: 'both' }));
    await insert('m-visitor', 1, () => ({ visitor_guid: 'both', deleted: true }));
    await insert('m-visitor', 1, () => ({ visitor_guid: 'gone', deleted: true }));
    await insert('m-visitor', 1, () => ({}));
  });

  it.each([
    ['both', true],
    ['gone', false],
    ['g00001', false],
    ['BOTH', false],
    ['null', false],
  ])('%s has an active contact: %p, found in the index', async (guid, expected) => {
    const { result, plans } = await plansOf(connection, () => contactQueries.hasActiveContact('m-visitor', guid));
    expect(result).toBe(expected);
    expect(plans).toHaveLength(1);
    expectFromIndexAlone(plans, 'visitor_guid_1_domain_1_deleted_1', 2);
  });
});

describe('a device token of a domain', () => {
  beforeAll(async () => {
    await insert('m-visitor', 1, () => ({ device_token: 'token-active' }));
    await insert('m-visitor', 1, () => ({ device_token: 'token-pruned', deleted: true }));
    await insert('m-offset', 1, () => ({ device_token: 'token-of-another-domain' }));
  });

  it.each([
    ['token-active', true],
    ['token-pruned', false],
    ['token-of-another-domain', false],
    ['token-unknown', false],
  ])('%s is of an active contact: %p, found by the token', async (token, expected) => {
    const { result, plans } = await plansOf(connection, () => contactQueries.isActiveDeviceToken('m-visitor', token));
    expect(result).toBe(expected);
    expect(plans).toMatchObject([{ indexes: ['device_token_1'] }]);
    expect(plans[0]?.keysExamined).toBeLessThanOrEqual(1);
    expect(plans[0]?.docsExamined).toBeLessThanOrEqual(1);
  });

  it.each([
    ['token-active', 'm-visitor'],
    ['token-pruned', undefined],
    ['token-of-another-domain', 'm-offset'],
    ['token-unknown', undefined],
  ])('the active contact of %s is of the domain %p, found by the token', async (token, domain) => {
    const { result, plans } = await plansOf(connection, () => contactQueries.findActive(token));
    expect(result?.domain).toBe(domain);
    expect(plans).toMatchObject([{ indexes: ['device_token_1'] }]);
    expect(plans[0]?.docsExamined).toBeLessThanOrEqual(1);
  });
});

describe('VAPID keys of a domain', () => {
  const subscription = { endpoint: 'https://e', p256dh: 'p', auth: 'a' };

  beforeAll(async () => {
    await insert('m-keys', 6, () => ({ subscription }));
    await insert('m-keys', 4, () => ({ subscription: { ...subscription, vapid_public_key: null } }));
    await insert('m-keys', 7, () => ({ subscription: { ...subscription, vapid_public_key: 'new' } }));
    await insert('m-keys', 9, () => ({ subscription: { ...subscription, vapid_public_key: 'old' }, deleted: true }));
    await insert('m-keys', 3, () => ({ subscription: null }));
    await insert('m-keys', 2, () => ({ subscription: { ...subscription, auth: '', vapid_public_key: 'new' } }));
    await insert('m-keys', 1, () => ({}));
  });

  it('are counted for active contacts with a subscription, reading no others and no other domain', async () => {
    const { result, plans } = await plansOf(connection, () => contactQueries.countByVapidKey('m-keys'));
    expect(result).toEqual([
      { key: null, contacts: 10 },
      { key: 'new', contacts: 7 },
    ]);
    expect(plans).toMatchObject([{ indexes: [DOMAINS_INDEX] }]);
    expect(plans[0]?.docsExamined).toBe(23);
    expect(await contactQueries.countByVapidKey('nobody')).toEqual([]);
  });
});

describe('domains with contacts', () => {
  beforeAll(async () => {
    await insert('n-both', 12, (index) => ({ deleted: index < 5 }));
    await insert('n-gone', 3, () => ({ deleted: true, subscription: null, history_events: [{ sent_success: true }] }));
    await insert('N-case', 1, () => ({}));
    await insert('', 2, (index) => ({ domain: index === 0 ? null : '' }));
  });

  it('are listed by name with their counts, without contacts that have no domain', async () => {
    const page = await contactQueries.listDomains({ page: 0, per_page: 100 });
    const names = ['N-case', 'a-other', 'm-cursor', 'm-keys', 'm-offset', 'm-visitor', 'n-both', 'n-gone', 'z-other'];
    expect(page.items.map(({ name }) => name)).toEqual(names);
    expect([page.page, page.per_page]).toEqual([9, 100]);
    expect(page.items.slice(6, 8)).toEqual([
      { name: 'n-both', pushContactActiveQuantity: 7, pushContactInactiveQuantity: 5 },
      { name: 'n-gone', pushContactActiveQuantity: 0, pushContactInactiveQuantity: 3 },
    ]);
    expect(await contactQueries.listDomains({ page: 9, per_page: 100 })).toEqual({ items: [], page: 9, per_page: 100 });
  });

  it('are found in one step per domain, and counted in the index without other domains', async () => {
    const { result, plans } = await plansOf(connection, () => contactQueries.listDomains({ page: 6, per_page: 2 }));
    expect(result).toMatchObject({ items: [{ name: 'n-both' }, { name: 'n-gone' }], page: 8 });
    expect(plans.map(({ stages }) => stages.includes('DISTINCT_SCAN'))).toEqual([true, false]);
    expectFromIndexAlone(plans, DOMAINS_INDEX, 20);
  });

  it('are counted for one domain while there are no counters', async () => {
    const { result, plans } = await plansOf(connection, () => contactQueries.countEach(['n-both']));
    expect(result).toEqual(new Map([['n-both', { active: 7, deleted: 5, unsubscribed: 0 }]]));
    expectFromIndexAlone(plans.slice(1, 2), DOMAINS_INDEX, 13);
    const none = { active: 0, deleted: 0, unsubscribed: 0 };
    expect(await contactQueries.countEach(['nobody'])).toEqual(new Map([['nobody', none]]));
  });
});

describe('contacts that left', () => {
  const domain = 'm-left';
  const [before, at, after] = ['2026-01-01', '2026-01-02', '2026-01-03'].map((day) => new Date(day));
  let firstId = 0;

  beforeAll(async () => {
    firstId = nextToken;
    const left = [before, at, after, at];
    await insert(domain, 500, (index) => {
      const date = left[index];
      return date === undefined ? {} : { deleted: index < 3, unsubscribed_at: date };
    });
    await insert(domain, 100, () => ({ deleted: true }));
  });

  it('are counted by their index alone; who is active again, or was pruned, is none', async () => {
    const { result, plans } = await plansOf(connection, () => contactQueries.countEach([domain]));
    expect(result.get(domain)).toMatchObject({ unsubscribed: 3 });
    expectFromIndexAlone(plans.slice(2), UNSUBSCRIBED_INDEX, 4);
  });

  it('are found by their index alone, once for the calls that ask at the same time', async () => {
    const ids = Array.from({ length: 400 }, (_, index) => `id-${firstId + index}`);
    const leftContacts = new LeftContacts(recipients);
    const since = at ?? new Date();
    const ask = (some: readonly string[]): Promise<ReadonlySet<string>> => leftContacts.find(domain, some, since);
    const { result, plans } = await plansOf(connection, () => Promise.all([ask(ids), ask(ids.slice(2)), ask([])]));
    expect(result).toEqual([new Set([ids[1], ids[2]]), new Set([ids[2]]), new Set()]);
    expect(plans).toHaveLength(1);
    expectFromIndexAlone(plans, UNSUBSCRIBED_INDEX, 10);
    expect(await leftContacts.find(domain, ids, after ?? new Date())).toEqual(new Set([ids[2]]));
    expect(await leftContacts.find('a-other', ids, before ?? new Date())).toEqual(new Set());
  });

  it('are found for each call where more have left than one query returns', async () => {
    const ofMany = `many-${domain}`;
    const first = nextToken;
    await insert(ofMany, 1_100, () => ({ deleted: true, unsubscribed_at: after }));
    const leftContacts = new LeftContacts(recipients);
    const ids = [0, 5, 1_099].map((index) => `id-${first + index}`);
    const { result, plans } = await plansOf(connection, () => leftContacts.find(ofMany, ids, at ?? new Date()));
    expect(result).toEqual(new Set(ids));
    expect(plans).toHaveLength(2);
    expectFromIndexAlone(plans.slice(1), UNSUBSCRIBED_INDEX, 10);
  });
});
