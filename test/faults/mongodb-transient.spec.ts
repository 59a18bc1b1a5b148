import type { HttpResponse } from '../support/http.js';
import { CLICKED_ACTIONS, clickAway, countedOf, totalOf } from '../support/clicking.js';
import { trackingPath } from '../support/link-signatures.js';
import { Installation } from '../support/installation.js';
import { type OwnReplicaSet, startOwnReplicaSet } from '../support/own-replica-set.js';
import { waitFor } from '../support/wait-for.js';

const DOMAIN = 'transient.example.com';

let mongoDb: OwnReplicaSet;
let product: Installation;
let contactId: string;
let messageId: string;

beforeAll(async () => {
  mongoDb = await startOwnReplicaSet();
  product = await Installation.start('mongodb_transient', { workers: 0, environment: { MONGODB_URI: mongoDb.uri } });
  [contactId = ''] = await product.db.addContacts(DOMAIN, ['token']);
  messageId = await product.store(DOMAIN, { title: 'Transient', actions: CLICKED_ACTIONS });
}, 120_000);

afterAll(async () => {
  expect(await product.stopAndKeepData()).toEqual([0]);
  await mongoDb.stop();
}, 120_000);

function click(): Promise<HttpResponse> {
  return product.ask('POST', trackingPath(contactId, messageId, 'clicked'));
}

function expectRefused({ status, body, headers }: HttpResponse): void {
  expect([status, body]).toEqual([
    503,
    expect.objectContaining({ type: 'urn:push-contact:error:database_unavailable' }),
  ]);
  expect(headers.get('retry-after')).toBe('5');
}

it.each([
  ['HostUnreachable', 6],
  ['LockTimeout', 24],
  ['MaxTimeMSExpired', 50],
  ['WriteConcernFailed', 64],
  ['NetworkTimeout', 89],
  ['ShutdownInProgress', 91],
  ['WriteConflict', 112],
  ['FailedToSatisfyReadPreference', 133],
  ['ReadConcernMajorityNotAvailableYet', 134],
  ['PrimarySteppedDown', 189],
  ['SnapshotUnavailable', 246],
  ['ExceededTimeLimit', 262],
  ['SocketException', 9_001],
  ['NotWritablePrimary', 10_107],
  ['InterruptedAtShutdown', 11_600],
  ['InterruptedDueToReplStateChange', 11_602],
  ['NotPrimaryNoSecondaryOk', 13_435],
  ['NotPrimaryOrSecondary', 13_436],
])('a click whose read fails by %s is 503 with Retry-After', async (_, errorCode) => {
  await mongoDb.fail({ failCommands: ['find'], errorCode });
  const answer = await click();
  await mongoDb.fail(undefined);
  expectRefused(answer);
});

it.each([
  ['find', { closeConnection: true }],
  ['bulkWrite', { errorCode: 189 }],
  ['bulkWrite', { errorCode: 112 }],
  ['bulkWrite', { closeConnection: true }],
])('a click whose %s fails for long by %j is 503 within 20 s, and 202 afterwards', async (command, fault) => {
  await mongoDb.fail({ failCommands: [command], ...fault });
  const from = Date.now();
  const answer = await click();
  const tookMs = Date.now() - from;
  await mongoDb.fail(undefined);
  expectRefused(answer);
  expect(tookMs).toBeLessThan(20_000);
  expect((await click()).status).toBe(202);
});

it.each(['received', 'clicked', 'actionClick/buy', 'dismissed'])(
  'a report (%s) of a message that is known is 503 while contacts cannot be read, and counted once they can',
  async (what) => {
    const report = (): Promise<HttpResponse> => product.ask('POST', trackingPath(contactId, messageId, what));
    expect((await report()).status).toBe(202);
    const stored = (): Promise<number> => product.db.count('webPushEvent', { push_contact_id: contactId });
    const before = await stored();
    const namespace = `${product.database}.push-contacts`;
    await mongoDb.fail({ failCommands: ['find'], errorCode: 189, namespace });
    const refused = await report();
    await mongoDb.fail(undefined);
    expectRefused(refused);
    expect(await stored()).toBe(before);
    expect((await report()).status).toBe(202);
    expect(await stored()).toBe(before + 1);
  },
);

it('no route returns 500 while every command fails by a step-down', async () => {
  const contact = { domain: DOMAIN, deviceToken: 'fine-new' };
  const message = { title: 'Refused', body: 'The body' };
  await mongoDb.fail({
    failCommands: ['find', 'aggregate', 'insert', 'update', 'findAndModify', 'bulkWrite'],
    errorCode: 189,
  });
  const responses = await Promise.all([
    click(),
    product.ask('POST', '/push-contacts', { json: contact }),
    product.ask('PUT', '/push-contacts/token/email', { json: 'visitor@example.com' }),
    product.ask('GET', `/domains/${DOMAIN}/isPushFeatureEnabled`),
    product.askAsSuperUser('PUT', `/domains/${DOMAIN}`, { json: { isPushFeatureEnabled: true } }),
    product.askAsSuperUser('POST', '/message', { json: { domain: DOMAIN, message } }),
    product.askAsSuperUser('POST', `/messages/domains/${DOMAIN}`, { json: message }),
    product.askAsSuperUser('POST', `/push-contacts/${DOMAIN}/guid/message`, { json: message }),
    product.askAsSuperUser('GET', `/messages/${messageId}/progress`),
    product.askAsSuperUser('GET', `/domains/${DOMAIN}/stats`),
  ]);
  await mongoDb.fail(undefined);
  for (const response of responses) expectRefused(response);
  expect(await product.db.count('messages', { title: 'Refused' })).toBe(0);
}, 120_000);

it('clicks around a step-down are 202 or 503, and each 202 is counted', async () => {
  const before = totalOf(await countedOf(product, messageId));
  const clicks = clickAway(product.api.url, [contactId], messageId, 16);
  await waitFor(
    () => totalOf(clicks.accepted),
    (accepted) => accepted > 100,
  );
  await mongoDb.stepDown();
  const sinceElection = totalOf(clicks.accepted);
  await waitFor(
    () => totalOf(clicks.accepted),
    (accepted) => accepted > sinceElection + 100,
  );
  await clicks.stop();
  console.log(`statuses around a step-down: ${JSON.stringify([...clicks.statuses])}`);
  expect([...clicks.statuses.keys()].filter((status) => status !== 202 && status !== 503)).toEqual([]);
  expect(totalOf(clicks.unanswered)).toBe(0);
  const counted = totalOf(await countedOf(product, messageId)) - before;
  const refused = clicks.statuses.get(503) ?? 0;
  expect(counted).toBeGreaterThanOrEqual(totalOf(clicks.accepted));
  expect(counted).toBeLessThanOrEqual(totalOf(clicks.accepted) + refused);
}, 120_000);
