import { trackingPath } from '../support/link-signatures.js';
import { Installation, names } from '../support/installation.js';
import { type LoneMongod, startLoneMongod } from '../support/lone-mongod.js';
import { commandAt } from '../support/own-mongod.js';
import { waitFor } from '../support/wait-for.js';

const DOMAIN = 'older.example.com';
const CONTACTS = 1_200;

let mongoDb: LoneMongod;
let product: Installation;

beforeAll(async () => {
  mongoDb = await startLoneMongod();
  // As a MongoDB before 8.0: it does not know the command.
  await commandAt(new URL(mongoDb.uri).host, {
    ...{ configureFailPoint: 'failCommand', mode: 'alwaysOn' },
    data: { failCommands: ['bulkWrite'], errorCode: 59 },
  });
  product = await Installation.start('older_mongodb', { workers: 1, environment: { MONGODB_URI: mongoDb.uri } });
}, 120_000);

afterAll(async () => {
  expect(await product.stopAndKeepData()).toEqual([0, 0]);
  await mongoDb.stop();
}, 120_000);

it('everything is stored and counted by a MongoDB without the command bulkWrite, and one line says so', async () => {
  const [contactId = ''] = await product.db.addContacts(DOMAIN, names('older', CONTACTS));
  const put = await product.askAsSuperUser('PUT', `/domains/${DOMAIN}`, { json: { isPushFeatureEnabled: true } });
  expect(put.status).toBe(200);
  const messageId = await product.send(DOMAIN, { title: 'Older' });
  expect(await product.finished(messageId)).toMatchObject({ planned: CONTACTS, delivered: CONTACTS });
  expect(new Set(product.tokensSent('Older')).size).toBe(CONTACTS);
  for (const path of ['received', 'clicked', 'clicked']) {
    expect((await product.ask('POST', trackingPath(contactId, messageId, path))).status).toBe(202);
  }
  const [message] = await product.db.pick('messages', { domain: DOMAIN });
  expect(message).toMatchObject({ sent: CONTACTS, delivered: CONTACTS, received: 1, clicks: 2 });
  const audited = await waitFor(
    () => product.db.pick('auditEntries', { domain: DOMAIN }),
    (entries) => entries.length === 2,
  );
  expect(audited.map(({ status }) => status)).toEqual([200, 202]);
  for (const output of product.outputs()) {
    expect(output.match(/MongoDB is older than 8\.0/g)).toHaveLength(1);
  }
});
