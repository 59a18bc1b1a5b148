import { isRecord } from '../../src/core/validation/is-record.js';
import { VAPID_KEY_EXAMPLE } from '../../src/core/validation/request-vapid-key.js';
import { type Caller, type Expected, listCallers } from '../support/callers.js';
import { type HttpResponse, request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { fetchDocument, listRoutes, type Route, Schemas, toUrl } from '../support/openapi-document.js';
import type { StoredDocument } from '../support/test-database.js';

const AT_ONCE = 16;

/** What is asked for: something of a domain, or something that does not exist. */
interface Subject {
  readonly domain: string;
  readonly messageId: string;
  readonly deviceToken: string;
  readonly contactId: string;
}

const MISSING: Subject = {
  domain: 'missing.example',
  messageId: '7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6',
  deviceToken: 'missing',
  contactId: '000000000000000000000000',
};

/** Of every contact. */
const OF_CONTACTS = { visitorGuid: 'guid', email: 'visitor@example.com' };

let product: Installation;
let schemas: Schemas;
let routes: readonly Route[];
let own: Subject;
let foreign: Subject;

beforeAll(async () => {
  // Requests name the key of the examples.
  const environment = { VAPID_PUBLIC_KEY: VAPID_KEY_EXAMPLE, VAPID_PRIVATE_KEY: '' };
  product = await Installation.start('access', { workers: 0, environment });
  const document = await fetchDocument(product.api.url);
  schemas = new Schemas(document);
  routes = listRoutes(document);
  own = await createDomain('own.example');
  foreign = await createDomain('foreign.example');
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

/** A domain with a contact and a message that is being sent. */
async function createDomain(domain: string): Promise<Subject> {
  await product.askAsSuperUser('PUT', `/domains/${domain}`, { json: { isPushFeatureEnabled: true } });
  const deviceToken = `token-of-${domain}`;
  // One that is changed, and one of the period and the e-mail of the examples.
  const contact = { visitor_guid: 'guid', email: 'visitor@example.com', modified: new Date('2026-06-01') };
  const [contactId = ''] = await product.db.addContacts(domain, [deviceToken, `of-${domain}`], contact);
  return { domain, messageId: await product.send(domain, { title: `Of ${domain}` }), deviceToken, contactId };
}

function call(route: Route, subject: Subject, token?: string, method = route.method) {
  const { domain, messageId, deviceToken, contactId } = subject;
  const media = route.requestBody?.content['application/json'];
  const sample = media === undefined ? undefined : schemas.sample(media);
  const isNamed = route['x-domain-from'] === 'body.domain';
  const options = {
    ...(token !== undefined && { token }),
    ...(media !== undefined && { json: toBody(sample, isNamed, { domain, deviceToken }) }),
  };
  const named = { domain, name: domain, messageId, deviceToken, contactId, ...findPerson(route) };
  const url = toUrl(route, route.security === undefined ? {} : named);
  return request(method, product.api.url + url, options);
}

function findPerson({ method, parameters = [] }: Route): Record<string, string> {
  // Erases nobody of whom another request asks.
  if (method === 'DELETE') return { visitorGuid: 'nobody', email: 'nobody@example.com' };
  const isByToken = parameters.some(({ name, in: place }) => place === 'query' && name === 'deviceToken');
  return isByToken ? {} : OF_CONTACTS;
}

/** The example of a body, for what is of this subject; a bare text as it is. */
function toBody(
  sample: unknown,
  isNamed: boolean,
  { domain, deviceToken }: Pick<Subject, 'domain' | 'deviceToken'>,
): unknown {
  if (!isRecord(sample)) return sample;
  if ('contactId' in sample) return { ...sample, contactId: null, deviceToken };
  return isNamed ? { ...sample, domain } : sample;
}

function isProtected({ security }: Route): boolean {
  return security !== undefined;
}

function isScoped(route: Route): boolean {
  return route['x-required-scope'] !== undefined;
}

function isForAnyToken(route: Route): boolean {
  return route['x-any-token'] === true;
}

function expectationOf(route: Route, { expected }: Caller, subject: Subject): Expected {
  if (!isProtected(route)) return expected.anonymous;
  if (isForAnyToken(route)) return expected.anyToken;
  if (!isScoped(route)) return expected.superUser;
  return subject === own ? expected.own : expected.foreign;
}

/** What differs from what is expected; undefined when nothing does. */
function findFault({ status, body, headers }: HttpResponse, expected: Expected): string | undefined {
  const type = (body as { type?: string } | undefined)?.type ?? '';
  if (expected === 'success') return status >= 200 && status < 400 ? undefined : `${status} ${type}`;
  if (status !== expected[0] || type !== `urn:push-contact:error:${expected[1]}`) return `${status} ${type}`;
  const challenge = headers.get('www-authenticate') ?? '';
  if (status === 401 && challenge !== 'Bearer') return `401 with ${challenge}`;
  const isChallenge = /^Bearer error="insufficient_scope", scope="(contacts|send|reports|manage)"$/.test(challenge);
  return isChallenge === (expected[1] === 'insufficient_scope') ? undefined : `${status} with ${challenge}`;
}

async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const runNext = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runNext));
}

interface Attempt {
  readonly route: Route;
  readonly caller: Caller;
  readonly subject: Subject;
}

/** Every route with every caller, for what is of its domain, of another one and of none. */
async function listAttempts(): Promise<Attempt[]> {
  const attempts = await Promise.all(
    routes.map(async (route) => {
      const callers = await listCallers(product.keys, own.domain, route);
      const subjects = isScoped(route) ? [own, foreign] : [own];
      return callers.flatMap((caller) => subjects.map((subject) => ({ route, caller, subject })));
    }),
  );
  return attempts.flat();
}

async function runAll(attempts: readonly Attempt[]): Promise<string[]> {
  const faults: string[] = [];
  await forEach(attempts, async ({ route, caller, subject }) => {
    const expected = expectationOf(route, caller, subject);
    const fault = findFault(await call(route, subject, caller.token), expected);
    const name = `${route.method} ${route.path} of ${subject.domain} by ${caller.name}`;
    if (fault !== undefined) faults.push(`${name}: ${fault} instead of ${String(expected)}`);
  });
  return faults;
}

const COLLECTIONS = [
  'push-contacts',
  'domains',
  'messages',
  'deliveries',
  'deliveryBatches',
  'webPushEvent',
  'messageStats',
  'idempotencyKeys',
];

function readAll(): Promise<StoredDocument[][]> {
  return Promise.all(COLLECTIONS.map((collection) => product.db.find(collection)));
}

it('every route that is described says whether it is for anybody, super users or a scope', () => {
  expect(routes.filter(isScoped).length).toBeGreaterThan(20);
  for (const route of routes) {
    const name = `${route.method} ${route.path}`;
    const source = route['x-domain-from'];
    expect({ name, hasSource: source !== undefined, isProtected: isProtected(route) || !isScoped(route) }).toEqual({
      name,
      hasSource: isScoped(route),
      isProtected: true,
    });
  }
});

it('refuses every caller who may not, changes nothing, and then serves those who may', async () => {
  const attempts = await listAttempts();
  const refused = attempts.filter(({ route, caller, subject }) => expectationOf(route, caller, subject) !== 'success');
  expect(refused.length).toBeGreaterThan(900);
  const before = await readAll();
  expect(await runAll(refused)).toEqual([]);
  expect(await readAll()).toEqual(before);
  const served = attempts.filter(({ route }) => isProtected(route)).filter((attempt) => !refused.includes(attempt));
  expect(served.length).toBeGreaterThan(200);
  expect(await runAll(served)).toEqual([]);
}, 60_000);

it('asks nobody for a token on the other routes, whatever comes with the request', async () => {
  const open = (await listAttempts()).filter(({ route }) => !isProtected(route));
  expect(open.length).toBeGreaterThan(400);
  const statuses = new Map<Route, Set<number>>();
  await forEach(open, async ({ route, caller, subject }) => {
    const { status } = await call(route, subject, caller.token);
    statuses.set(route, (statuses.get(route) ?? new Set()).add(status));
  });
  const differing = [...statuses].filter(([, { size }]) => size > 1).map(([{ path }]) => path);
  expect(differing).toEqual([]);
  const refusing = [...statuses].filter(([, each]) => each.has(401) || each.has(403)).map(([{ path }]) => path);
  expect(refusing).toEqual([]);
}, 60_000);

it('answers for another domain byte for byte as for what does not exist', async () => {
  const scopes = ['contacts', 'send', 'reports', 'manage'].join(' ');
  const token = await product.keys.sign({ domains: [own.domain], scope: scopes });
  const differing: readonly string[] = ['date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset'];
  const withoutIdentity = (headers: Headers): [string, string][] =>
    [...headers].filter(([name]) => !differing.includes(name));
  const methods = (method: string): string[] => (method === 'GET' ? ['GET', 'HEAD'] : [method]);
  const scoped = routes.filter(isScoped).flatMap((route) => methods(route.method).map((method) => ({ route, method })));
  await forEach(scoped, async ({ route, method }) => {
    const one = await call(route, foreign, token, method);
    const other = await call(route, MISSING, token, method);
    expect([one.status, one.text, withoutIdentity(one.headers)]).toEqual([
      404,
      other.text,
      withoutIdentity(other.headers),
    ]);
    expect(other.status).toBe(404);
  });
});

it('answers for a message that is unknown to a super user as for one of another domain', async () => {
  const token = await product.keys.sign({ domains: [own.domain], scope: 'send reports' });
  const ofMessages = routes.filter((route) => route['x-domain-from'] === 'path.messageId');
  expect(ofMessages.length).toBe(9);
  await forEach(ofMessages, async (route) => {
    const unknown = await call(route, MISSING, product.keys.superUser);
    expect((await call(route, foreign, token)).text).toBe(unknown.text);
  });
});

it('a HEAD is protected like its GET', async () => {
  const token = await product.keys.sign({ domains: [own.domain], scope: 'nothing' });
  await forEach(
    routes.filter((route) => isProtected(route) && route.method === 'GET'),
    async (route) => {
      expect((await call(route, own, undefined, 'HEAD')).status).toBe(401);
      expect((await call(route, own, token, 'HEAD')).status).toBe(isForAnyToken(route) ? 200 : 403);
    },
  );
});
