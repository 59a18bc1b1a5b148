import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { type Config, loadConfig } from '../../src/core/config/config.js';
import { createIndexes } from '../../src/core/mongo/connection.js';
import { PUSH_CONTACT, pushContactSchema } from '../../src/push-contacts/push-contacts.schema.js';
import { IndexedTokens } from '../../src/push-contacts/tokens/indexed-tokens.js';
import { VisitorContacts } from '../../src/push-contacts/visitor-contacts.js';
import { countContacts } from '../support/contact-counting.js';
import { openMonitored } from '../support/query-plans.js';

let connection: Connection;
let contacts: VisitorContacts;

beforeAll(async () => {
  connection = await openMonitored(`it-${randomUUID()}`);
  const model = connection.model(PUSH_CONTACT, pushContactSchema(loadConfig({}, []) as Config)) as never;
  contacts = new VisitorContacts(model, countContacts(connection).newCounter(), new IndexedTokens());
  await createIndexes(connection);
});

afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

it('finds e-mails in any case, and no domain of another spelling, which is another domain', async () => {
  const domains = ['example.com', 'EXAMPLE.com', 'éxample.com'];
  const documents = domains.map((domain) => {
    const id = `of ${domain}`;
    return { _id: id, domain, device_token: id, email: 'Visitor@example.com', deleted: false, modified: new Date() };
  });
  await connection.collection('push-contacts').insertMany(documents as never[]);
  const find = async (domain?: string, limit = 10): Promise<string[]> =>
    (await contacts.findByEmails(['visitor@EXAMPLE.com'], domain, limit)).map((contact) => contact.domain);
  for (const domain of domains) {
    expect(await find(domain)).toEqual([domain]);
    expect(await find(domain, 1)).toEqual([domain]);
  }
  expect((await find()).sort()).toEqual([...domains].sort());
});
