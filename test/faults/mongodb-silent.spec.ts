import { trackingPath } from '../support/link-signatures.js';
import { Installation } from '../support/installation.js';
import { type OwnReplicaSet, startOwnReplicaSet } from '../support/own-replica-set.js';

const DOMAIN = 'silent.example.com';
const CONTACTS = 1_200;

/** A response that comes long after nobody waits for it any more. */
const SILENT = { blockConnection: true, blockTimeMS: 60_000 };

/** A command waits 30 s for its response. */
const RESUMED_MS = 50_000;

let mongoDb: OwnReplicaSet;
let product: Installation;
let contactId: string;
let messageId: string;

beforeAll(async () => {
  mongoDb = await startOwnReplicaSet();
  product = await Installation.start('mongodb_silent', { environment: { MONGODB_URI: mongoDb.uri } });
  const tokens = Array.from({ length: CONTACTS }, (_, index) => `silent-${index}`);
  [contactId = ''] = await product.db.addContacts(DOMAIN, tokens);
  messageId = await product.store(DOMAIN, { title: 'Silent' });
}, 120_000);

afterEach(async () => {
  await mongoDb.fail(undefined);
  await mongoDb.fail(undefined, { mode: 'worker' });
});

afterAll(async () => {
  await product.stopAndKeepData();
  await mongoDb.stop();
}, 120_000);

it('a click is counted although commands of the api get no response', async () => {
  const click = (): ReturnType<Installation['ask']> =>
    product.ask('POST', trackingPath(contactId, messageId, 'clicked'));
  await mongoDb.fail({ failCommands: ['find', 'insert', 'update'], ...SILENT }, { times: 1 });
  const startedMs = Date.now();
  const first = await click();
  expect(Date.now() - startedMs).toBeLessThan(RESUMED_MS);
  // A command that may not be repeated fails, as by any other fault of the network.
  expect([202, 503]).toContain(first.status);
  expect((await click()).status).toBe(202);
}, 120_000);

it.each([
  ['find', ['find'], 1],
  ['command of each kind', ['find', 'findAndModify', 'update', 'insert', 'bulkWrite', 'commitTransaction'], 6],
])(
  'a broadcast is sent once and counted once although one %s of the worker gets no response',
  async (_, failCommands, times) => {
    const title = `Silent ${times}`;
    await mongoDb.fail({ failCommands, ...SILENT }, { mode: 'worker', times });
    const startedMs = Date.now();
    const id = await product.send(DOMAIN, { title });
    const progress = await product.finished(id, 100_000);
    console.log(`${times} silent connections: the broadcast took ${Date.now() - startedMs} ms`);
    expect(progress).toMatchObject({ planned: CONTACTS, delivered: CONTACTS, notDelivered: 0, pending: 0 });
    expect(Object.keys(await product.outcomes(id))).toHaveLength(CONTACTS);
    expect((await product.counters(id)).message).toMatchObject({ sent: CONTACTS, delivered: CONTACTS });
    expect(product.tokensSent(title)).toHaveLength(CONTACTS);
    if (times === 1) expect(Date.now() - startedMs).toBeLessThan(RESUMED_MS);
  },
  120_000,
);
