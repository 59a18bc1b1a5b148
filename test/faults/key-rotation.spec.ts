import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { type SupervisedProcess, startSupervised } from '../../src/embedded/process/supervised-process.js';
import { encryptId, Installation, names } from '../support/installation.js';
import { commandAt, findOwnMongod, initiate, primaryOf } from '../support/own-mongod.js';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.js';
import { type ProductProcess, pushApiEnvironment, startProduct } from '../support/product-process.js';
import { waitFor } from '../support/wait-for.js';

const { MongoClient } = mongoose.mongo;

const REPLICA_SET = 'rs0';
const CONTACTS = 2_000;

let folder: string;
let host: string;
let mongod: SupervisedProcess;
let redis: OwnRedis;
let redisAdmin: Redis;
let product: Installation;
let pushApi: ProductProcess;
let pushApiPort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-contact-rotation-'));
  redis = await startOwnRedis();
  redisAdmin = new Redis(redis.url);
  await redisAdmin.call('ACL', 'SETUSER', 'default', 'resetpass', '>first');
  await startMongodWithUsers();
  pushApiPort = await freePort();
  product = await Installation.start('rotation', {
    workers: 0,
    environment: { ...valuesOf('owner', 'first'), PUSH_API_URL: `http://127.0.0.1:${pushApiPort}` },
  });
  pushApi = await startPushApi('first');
});

afterAll(async () => {
  await product.stop();
  await pushApi.stop();
  redisAdmin.disconnect();
  await Promise.all([mongod.stop(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
});

describe('secrets are exchanged one after another (docs/keys.md)', () => {
  it('loses no contact, whichever of them is exchanged', async () => {
    await restart('first', {});
    await expectDelivered(await sendTo('before.example.com'));

    // PushApi first: it knows one token, so the calls with the old one are refused and wait.
    await pushApi.stop();
    pushApi = await startPushApi('second');
    const waiting = await sendTo('waiting.example.com');
    const { waitingFor } = await waitFor(
      () => product.progress(waiting),
      (progress) => progress.waitingFor?.some(({ reason }) => reason === 'unauthorized') === true,
    );
    expect(waitingFor?.reduce((sum, { contacts }) => sum + contacts, 0)).toBe(CONTACTS);

    // MongoDB and Redis know the old and the new one until no process has the old one.
    await owner(async (client) => {
      await client.db('admin').command(userCommand('second'));
    });
    await redisAdmin.call('ACL', 'SETUSER', 'default', '>second');
    await restart('second', {});
    await owner(async (client) => {
      await client.db('admin').command({ dropUser: 'first' });
    });
    await redisAdmin.call('ACL', 'SETUSER', 'default', '<first');
    await expectDelivered(waiting);
    await expectDelivered(await sendTo('after.example.com'));
    await expect(MongoClient.connect(uriOf('first'))).rejects.toThrow('Authentication failed');
  }, 180_000);

  it('gives up the links that were sent, and nothing else, with another encryption key', async () => {
    const domain = 'links.example.com';
    const messageId = await sendTo(domain);
    await expectDelivered(messageId);
    expect(await clickOf(domain, messageId)).toBe(202);
    const another = {
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ENCRYPTION_IV: randomBytes(16).toString('base64'),
    };
    await restart('second', another);
    expect(await clickOf(domain, messageId)).toBe(400);
    await expectDelivered(messageId);
    await expectDelivered(await sendTo('new-key.example.com'));
  }, 180_000);
});

/** Exchanges api and worker for new ones with these secrets, without a moment in which there is none. */
async function restart(secret: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const before = product.running();
  const values = { ...valuesOf(secret, secret), PUSH_API_TOKEN: secret, ...environment };
  await product.startProcess('api', values);
  await product.startProcess('worker', values);
  for (const process of before) expect(await product.remove(process, (each) => each.stop())).toBe(0);
}

function valuesOf(user: string, password: string): Record<string, string> {
  return { MONGODB_URI: uriOf(user), REDIS_URL: redis.url.replace('//', `//:${password}@`) };
}

function uriOf(user: string): string {
  return `mongodb://${user}:secret-${user}@${host}/?replicaSet=${REPLICA_SET}&authSource=admin`;
}

function userCommand(name: string): object {
  const roles = name === 'owner' ? ['root'] : ['readWriteAnyDatabase', 'clusterMonitor'];
  return { createUser: name, pwd: `secret-${name}`, roles };
}

async function owner(work: (client: mongoose.mongo.MongoClient) => Promise<void>): Promise<void> {
  const client = await MongoClient.connect(uriOf('owner'));
  await work(client).finally(() => client.close());
}

async function startMongodWithUsers(): Promise<void> {
  const port = await freePort();
  host = `127.0.0.1:${port}`;
  const keyFile = join(folder, 'members.key');
  await writeFile(keyFile, randomBytes(48).toString('base64'), { mode: 0o400 });
  const args = [
    ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
    ...['--replSet', REPLICA_SET, '--keyFile', keyFile, '--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '128'],
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
  ];
  mongod = await startSupervised(await findOwnMongod(), args, /Waiting for connections/);
  // Without a user, MongoDB obeys this machine.
  await initiate(REPLICA_SET, [host]);
  await waitFor(
    () => primaryOf([host]),
    (primary) => primary !== undefined,
  );
  await commandAt(host, userCommand('owner'));
  await owner(async (client) => {
    await client.db('admin').command(userCommand('first'));
  });
}

function startPushApi(token: string): Promise<ProductProcess> {
  const environment = pushApiEnvironment(product.keys.folder);
  return startProduct('push-api', { ...environment, PUSH_API_TOKEN: token, PORT: String(pushApiPort) });
}

async function sendTo(domain: string): Promise<string> {
  await product.db.addContacts(domain, names(`token-${domain}`, CONTACTS));
  return product.send(domain, { title: domain });
}

async function expectDelivered(messageId: string): Promise<void> {
  expect(await product.finished(messageId)).toMatchObject({ planned: CONTACTS, delivered: CONTACTS, pending: 0 });
  expect(Object.keys(await product.outcomes(messageId))).toHaveLength(CONTACTS);
}

async function clickOf(domain: string, messageId: string): Promise<number> {
  const [contact] = await product.db.pick('push-contacts', { domain }, '_id');
  const path = `/push-contacts/${encryptId(String(contact?._id))}/messages/${encryptId(messageId)}/clicked`;
  return (await product.ask('POST', path)).status;
}
