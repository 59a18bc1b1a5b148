/**
 * The floor of `POST /push-contacts`: plain Fastify, one call to PushApi, one upsert. It has no validation
 * and no hand-over to Doppler.
 */
import Fastify from 'fastify';
import mongoose from 'mongoose';
import { Pool } from 'undici';
import { readArgument, serveCommands } from '../child.js';

const { MongoClient, MongoServerError, ObjectId } = mongoose.mongo;

export interface FloorServerArgument {
  readonly mongodbUri: string;
  readonly database: string;
  readonly pushApiUrl: string;
  readonly pushApiToken: string;
  readonly encryption: { readonly key: string; readonly iv: string };
}

interface ContactBody {
  readonly domain: string;
  readonly deviceToken: string;
  readonly email?: string;
  readonly visitorGuid?: string;
}

const DUPLICATE_KEY = 11_000;

/** The same number as the product. */
const PUSH_API_CONNECTIONS = 64;

const argument = (await readArgument()) as FloorServerArgument;
const client = await MongoClient.connect(argument.mongodbUri, { writeConcern: { w: 'majority' } });
const contacts = client.db(argument.database).collection<{ _id: string }>('push-contacts');
const pushApi = new Pool(argument.pushApiUrl, { connections: PUSH_API_CONNECTIONS });

async function isValid(deviceToken: string): Promise<boolean> {
  const { body } = await pushApi.request({
    method: 'GET',
    path: `/devices/${encodeURIComponent(deviceToken)}`,
    headers: { authorization: `Bearer ${argument.pushApiToken}` },
  });
  return ((await body.json()) as { isValid: boolean }).isValid;
}

async function store({ domain, deviceToken, email, visitorGuid }: ContactBody): Promise<void> {
  const known = { email: email ?? null, visitor_guid: visitorGuid ?? null, subscription: null };
  try {
    await contacts.updateOne(
      { device_token: deviceToken, deleted: true },
      {
        $set: { domain, ...known, deleted: false, modified: new Date() },
        $setOnInsert: { _id: new ObjectId().toHexString() },
      },
      { upsert: true },
    );
  } catch (error) {
    // The token already has an active contact, so there is nothing to change.
    if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
  }
}

const server = Fastify();
server.post<{ Body: ContactBody }>('/push-contacts', async ({ body }, reply) => {
  if (!(await isValid(body.deviceToken))) return reply.code(400).send();
  await store(body);
  return reply.code(200).send();
});
serveCommands({ url: await server.listen({ host: '127.0.0.1', port: 0 }) }, () => undefined);
