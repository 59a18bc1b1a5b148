import { randomUUID } from 'node:crypto';
import { VAPID_KEY_EXAMPLE } from '../../src/core/validation/request-vapid-key.js';
import { request } from '../support/http.js';
import { Installation, names } from '../support/installation.js';
import { CLEAN_UP_MS, type StoredDocument } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const DOMAIN = 'own.example.com';
const OTHER = 'other.example.com';

let product: Installation;

beforeAll(async () => {
  const environment = { VAPID_PUBLIC_KEY: VAPID_KEY_EXAMPLE, VAPID_PRIVATE_KEY: '' };
  product = await Installation.start('audit_guarantees', { workers: 0, environment });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
}, CLEAN_UP_MS);

interface Call {
  readonly token?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls, and resolves with the status and with the stored entry once it has a status. */
async function callAudited(method: string, path: string, { headers, ...call }: Call = {}): Promise<[number, Entry]> {
  const requestId = randomUUID();
  const all = { ...headers, 'x-request-id': requestId };
  const { status } = await product.askAsSuperUser(method, path, { ...call, headers: all });
  const [entry] = await waitFor(
    () => product.db.pick('auditEntries', { request_id: requestId }),
    ([found]) => found?.status === status,
  );
  return [status, entry as Entry];
}

type Entry = StoredDocument & { readonly domain: unknown };

async function listOf(domain: string): Promise<readonly Record<string, unknown>[]> {
  const { body } = await product.askAsSuperUser('GET', `/audit?domain=${domain}&per_page=1000`);
  return (body as { items: Record<string, unknown>[] }).items;
}

async function refusedEntries(): Promise<number> {
  const { text } = await request('GET', product.api.metricsUrl);
  return Number(/^push_contact_audit_entries_refused_total (\d+)/m.exec(text)?.[1]);
}

async function withoutEntry(domains: readonly StoredDocument[]): Promise<unknown[]> {
  const audited = await product.db.pick('auditEntries', { domain: /^killed-/ }, 'domain');
  const known = new Set(audited.map(({ domain }) => domain));
  return domains.map(({ name }) => name).filter((name) => !known.has(name));
}

describe('an api that was just started', () => {
  it('stores no change without an entry, by a route without a transaction, when it is killed', async () => {
    const doomed = await product.startProcess('api');
    const calling = names('killed', 200).map((name) => {
      const url = `${doomed.url}/domains/${name}`;
      return request('PUT', url, { token: product.keys.superUser, json: {} }).catch(() => undefined);
    });
    await waitFor(
      () => product.db.count('domains', { name: /^killed-/ }),
      (count) => count > 0,
    );
    await product.remove(doomed, (each) => each.kill());
    await Promise.all(calling);
    const stored = await product.db.pick('domains', { name: /^killed-/ }, 'name');
    expect(await withoutEntry(stored)).toEqual([]);
  });

  it('changes nothing by any kind of route while MongoDB takes no entry', async () => {
    await product.db.addContacts(DOMAIN, ['kept'], { visitor_guid: 'kept-guid', email: 'kept@example.com' });
    await product.db.refuseInserts('auditEntries');
    const before = await product.db.count('messages');
    const calls = [
      ['PUT', '/domains/never.example.com', {}],
      ['PUT', '/push-contacts/kept/visitor-guid', 'another-guid'],
      ['DELETE', '/visitors/kept-guid/data', undefined],
      ['DELETE', '/visitors/data?email=kept@example.com', undefined],
      ['POST', `/domains/${DOMAIN}/prune-breaker/release`, {}],
      ['POST', `/messages/domains/${DOMAIN}`, { title: 'T', body: 'B' }],
    ] as const;
    for (const [method, path, json] of calls) {
      const { status, body } = await product.askAsSuperUser(method, path, { json });
      expect([path, status, body]).toMatchObject([path, 503, { type: 'urn:push-contact:error:database_unavailable' }]);
    }
    // One with or before the change, and one before the response.
    await waitFor(refusedEntries, (count) => count === 2 * calls.length);
    await product.db.acceptInserts('auditEntries');
    expect(await product.db.count('domains', { name: 'never.example.com' })).toBe(0);
    expect(await product.db.count('messages')).toBe(before);
    expect(await product.db.contactsOf(DOMAIN)).toMatchObject([{ visitor_guid: 'kept-guid' }]);
    expect(product.api.output().match(/MongoDB does not take audit entries \(code 121\)/g)).toHaveLength(1);
  });

  it('keeps the entry of a change that MongoDB refuses, with its status', async () => {
    const before = await refusedEntries();
    await product.db.refuseInserts('domains');
    const [status, entry] = await callAudited('PUT', '/domains/refused.example.com', { json: {} });
    await product.db.acceptInserts('domains');
    expect([status, entry]).toMatchObject([500, { domain: 'refused.example.com', status: 500 }]);
    expect(await refusedEntries()).toBe(before);
    expect(await product.db.count('domains', { name: 'refused.example.com' })).toBe(0);
  });

  it('refuses with the same response while MongoDB takes no entry', async () => {
    const foreign = await product.keys.sign({ domains: [OTHER], scope: 'send manage' });
    const scopeless = await product.keys.sign({ domains: [DOMAIN], scope: 'nothing' });
    const calls = [
      [400, 'PUT', `/domains/${DOMAIN}`, { json: 1 }],
      [400, 'PUT', `/domains/${DOMAIN}`, { raw: '{' }],
      [400, 'DELETE', '/visitors/data', {}],
      [400, 'POST', `/messages/domains/${DOMAIN}`, { json: {} }],
      [404, 'PUT', `/domains/${DOMAIN}`, { json: {}, token: foreign }],
      [403, 'PUT', `/domains/${DOMAIN}`, { json: {}, token: scopeless }],
    ] as const;
    await product.db.refuseInserts('auditEntries');
    const before = await refusedEntries();
    for (const [status, method, path, options] of calls) {
      expect([path, (await product.askAsSuperUser(method, path, options)).status]).toEqual([path, status]);
    }
    await product.db.acceptInserts('auditEntries');
    await waitFor(refusedEntries, (count) => count === before + calls.length);
    expect(await product.db.pick('auditEntries', { status: { $in: [400, 404, 403] } })).toEqual([]);
  });

  it('accepts no change when MongoDB no longer takes entries, and makes no further one', async () => {
    const { status } = await product.askAsSuperUser('PUT', `/domains/${DOMAIN}`, { json: {} });
    expect(status).toBe(200);
    await product.db.refuseInserts('auditEntries');
    for (const name of ['first.example.com', 'second.example.com', 'third.example.com']) {
      expect((await product.askAsSuperUser('PUT', `/domains/${name}`, { json: {} })).status).toBe(503);
    }
    await product.db.acceptInserts('auditEntries');
    expect(await product.db.count('domains', { name: /^(first|second|third)/ })).toBe(0);
    expect((await product.askAsSuperUser('PUT', '/domains/second.example.com', { json: {} })).status).toBe(200);
  });
});

describe('a repeated request', () => {
  it('names the message of its response and says that it is one; the next send is stored as a whole', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const json = { title: 'T', body: 'B' };
    const path = `/messages/domains/${DOMAIN}`;
    const [, first] = await callAudited('POST', path, { json, headers });
    const [, repeat] = await callAudited('POST', path, { json, headers });
    expect(first.is_repeat).toBeUndefined();
    expect(repeat).toMatchObject({ is_repeat: true, message_id: first.message_id });
    expect((await listOf(DOMAIN))[0]).toMatchObject({ isRepeat: true, messageId: String(first.message_id) });

    // Nobody adds an outcome any more: what it has is of the transaction.
    const doomed = await product.startProcess('api');
    const send = (options: object): Promise<unknown> =>
      request('POST', doomed.url + path, { token: product.keys.superUser, json, ...options });
    await send({ headers });
    const requestId = randomUUID();
    await send({ headers: { 'x-request-id': requestId } });
    await product.remove(doomed, (each) => each.kill());
    const [entry] = await product.db.pick('auditEntries', { request_id: requestId });
    expect(entry).toMatchObject({ status: 202, domain: DOMAIN });
    expect(await product.db.count('messages', { message_id: entry?.message_id })).toBe(1);
  });
});

describe('what a call is about', () => {
  it('is the domain and the id of the contact whose visitor a super user sets', async () => {
    const [id] = await product.db.addContacts(DOMAIN, ['token-of-contact']);
    const [status, entry] = await callAudited('PUT', '/push-contacts/token-of-contact/visitor-guid', { json: 'guid' });
    expect([status, entry]).toMatchObject([200, { domain: DOMAIN, contact_id: id }]);
    expect((await listOf(DOMAIN))[0]).toMatchObject({ domain: DOMAIN, contactId: id, requestId: entry.request_id });
    const [, unknown] = await callAudited('PUT', '/push-contacts/token-of-nobody/visitor-guid', { json: 'guid' });
    expect([unknown.domain, unknown.contact_id]).toEqual([null, undefined]);
  });

  it.each([
    ['a visitor', 'a', '/visitors/guid-of-a/data'],
    ['an e-mail', 'b', '/visitors/data?email=b@example.com'],
  ])('is every domain of %s that a super user erases; each sees its own alone', async (_, who, path) => {
    for (const domain of [DOMAIN, OTHER]) {
      const person = { visitor_guid: `guid-of-${who}`, email: `${who}@example.com` };
      await product.db.addContacts(domain, [`${who} of ${domain}`], person);
    }
    const [status, entry] = await callAudited('DELETE', path);
    expect([status, [...(entry.domain as string[])].sort()]).toEqual([200, [OTHER, DOMAIN]]);
    for (const domain of [DOMAIN, OTHER]) {
      expect((await listOf(domain))[0]).toMatchObject({ domain, domains: [domain], requestId: entry.request_id });
    }
    const { body } = await product.askAsSuperUser('GET', '/audit?per_page=1');
    const [latest] = (body as { items: { domains: string[] }[] }).items;
    expect(latest).toMatchObject({ domain: null });
    expect(latest?.domains.sort()).toEqual([OTHER, DOMAIN]);
  });

  it('is no domain that the caller does not have', async () => {
    const token = await product.keys.sign({ domains: [OTHER], scope: 'contacts send manage' });
    const own = await product.keys.sign({ domains: [DOMAIN], scope: 'nothing' });
    const [messageId] = [await product.send(DOMAIN, { title: 'T' })];
    await product.db.addContacts(DOMAIN, ['token-of-own']);
    const calls = [
      ['PUT', `/domains/${DOMAIN}`],
      ['DELETE', `/visitors/guid/data?domain=${DOMAIN}`],
      ['POST', `/messages/${messageId}/visitors/guid/send`],
      ['PUT', '/push-contacts/token-of-own/visitor-guid'],
    ] as const;
    for (const [method, path] of calls) {
      const [status, { domain, contact_id: contactId }] = await callAudited(method, path, { token, json: {} });
      expect([path, status, domain, contactId]).toEqual([path, 404, null, undefined]);
    }
    const [, refused] = await callAudited('PUT', `/domains/${DOMAIN}`, { token: own, json: {} });
    expect([refused.status, refused.domain]).toEqual([403, DOMAIN]);
  });

  it.each(['zoe.secret@x.de', 'Zoe Secret', '+49 151 23456789', 'a/b', 'x'.repeat(254)])(
    'is not what stands in the place of a domain: %s',
    async (text) => {
      const token = await product.keys.sign({ domains: [OTHER], scope: 'contacts' });
      const path = `/visitors/data?email=nobody@example.com&domain=${encodeURIComponent(text)}`;
      for (const call of [{}, { token }]) {
        const [, entry] = await callAudited('DELETE', path, call);
        expect(JSON.stringify(entry)).not.toContain(text);
        expect(entry.domain).toBeNull();
      }
    },
  );

  it.each(['localhost:8080', 'münchen.example', 'xn--mnchen-3ya.example', 'under_score.example', '192.0.2.1'])(
    'is a host in any form: %s',
    async (host) => {
      const [, entry] = await callAudited('PUT', `/domains/${encodeURIComponent(host)}`, { json: {} });
      expect([entry.status, entry.domain]).toEqual([200, host]);
    },
  );
});
