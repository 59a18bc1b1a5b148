import { request } from '../support/http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../support/product-process.js';
import { startStandInPushApi, type StandInPushApi } from '../support/stand-in-push-api.js';
import { type StandInRequest, type StandInServer, startStandInServer } from '../support/stand-in-server.js';
import { TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';

const database = uniqueDatabase('doppler');
const received: StandInRequest[] = [];
let refusals = 0;
let keys: TestKeys;
let pushApi: StandInPushApi;
let doppler: StandInServer;
let db: TestDatabase;
let processes: ProductProcess[];
let url: string;

beforeAll(async () => {
  keys = await createTestKeys();
  pushApi = await startStandInPushApi();
  doppler = await startStandInServer((each) => {
    received.push(each);
    if (refusals === 0) return { status: 200 };
    refusals -= 1;
    return { status: 500 };
  });
  db = await TestDatabase.open(database);
  const environment = {
    ...baseEnvironment(database, keys.folder, pushApi.url),
    DOPPLER_APP_SERVER: doppler.url,
    DOPPLER_INTERNAL_TOKEN: 'internal-secret',
  };
  processes = await Promise.all([startProduct('api', environment), startProduct('worker', environment)]);
  url = processes[0]?.url ?? '';
});

afterAll(async () => {
  const codes = await Promise.all(processes.map((process) => process.stop()));
  await Promise.all([pushApi.stop(), doppler.stop(), db.close(), keys.remove()]);
  expect(codes).toEqual([0, 0]);
});

async function post(contact: Record<string, unknown>): Promise<void> {
  const { status } = await request('POST', `${url}/push-contacts`, { json: { domain: 'example.com', ...contact } });
  expect(status).toBe(200);
}

async function put(path: string, value: string): Promise<void> {
  const options = { json: value, token: keys.superUser };
  expect((await request('PUT', `${url}/push-contacts/${path}`, options)).status).toBe(200);
}

function callsAbout(email: string): StandInRequest[] {
  return received.filter(({ body }) => (body as { Email: unknown }).Email === email);
}

function expectHandedOver(email: string, visitorGuid: string, times = 1): Promise<StandInRequest[]> {
  return waitFor(
    () => callsAbout(email),
    (calls) => calls.length >= times,
    20_000,
  ).then((calls) => {
    expect(calls).toHaveLength(times);
    for (const { method, path, headers, body } of calls) {
      expect({ method, path }).toEqual({ method: 'POST', path: '/Lists/InternalSubscriber/SaveVisitorWithEmail' });
      expect(headers['x-internal-token']).toBe('internal-secret');
      expect(body).toEqual({ Domain: 'example.com', VisitorGuid: visitorGuid, Email: email });
    }
    return calls;
  });
}

it('hands over a contact that is added with e-mail and guid', async () => {
  await post({ deviceToken: 'both', email: 'both@example.com', visitorGuid: 'guid-both' });
  await expectHandedOver('both@example.com', 'guid-both');
});

it('responds at once to a known token and hands nothing over', async () => {
  await post({ deviceToken: 'known', visitorGuid: 'guid-known' });
  const startedMs = Date.now();
  await post({ deviceToken: 'known', email: 'known@example.com', visitorGuid: 'guid-known' });
  expect(Date.now() - startedMs).toBeLessThan(5_000);
  const [stored] = await db.find('push-contacts', { device_token: 'known' });
  expect(stored).toMatchObject({ email: null, visitor_guid: 'guid-known' });
  expect(callsAbout('known@example.com')).toEqual([]);
});

it('hands over a contact once, when it gains the second of e-mail and guid', async () => {
  await post({ deviceToken: 'guid-first', visitorGuid: 'guid-1' });
  await post({ deviceToken: 'email-first', email: 'second@example.com' });
  await put('guid-first/email', 'first@example.com');
  await expectHandedOver('first@example.com', 'guid-1');
  expect(callsAbout('second@example.com')).toEqual([]);
  await put('email-first/visitor-guid', 'guid-2');
  await expectHandedOver('second@example.com', 'guid-2');
});

it('retries what Doppler refuses, and responds to the visitor at once', async () => {
  refusals = 1;
  await post({ deviceToken: 'refused', email: 'refused@example.com', visitorGuid: 'guid-3' });
  await waitFor(
    () => callsAbout('refused@example.com').length,
    (calls) => calls > 0,
  );
  expect((await db.contactsOf('example.com')).map(({ device_token: token }) => token)).toContain('refused');
  await expectHandedOver('refused@example.com', 'guid-3', 2);
  expect(refusals).toBe(0);
});
