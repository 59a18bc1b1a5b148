/**
 * The common way to record clicks and receipts: each request gets its response after three writes (the event,
 * the counters of the message, the counters of the hour).
 */
import Fastify from 'fastify';
import mongoose from 'mongoose';
import { readArgument, serveCommands } from '../child.js';
import { idDecryption } from '../encrypted-ids.js';
import type { FloorServerArgument } from './floor-register.js';
import { writeThrice } from '../three-writes.js';

const { MongoClient } = mongoose.mongo;

const RECEIVED = 1;
const DOMAIN = 'example.com';

interface LinkParams {
  readonly contact: string;
  readonly message: string;
}

const argument = (await readArgument()) as FloorServerArgument;
const client = await MongoClient.connect(argument.mongodbUri, { writeConcern: { w: 'majority' } });
const db = client.db(argument.database);
const decrypt = idDecryption(argument.encryption);

const server = Fastify({ routerOptions: { maxParamLength: 1_024 } });
server.post<{ Params: LinkParams }>('/push-contacts/:contact/messages/:message/received', async ({ params }, reply) => {
  const [contactId, messageId] = [decrypt(params.contact), decrypt(params.message)];
  await writeThrice(db, { type: RECEIVED, contactId, deviceToken: null, messageId, domain: DOMAIN }, { received: 1 });
  return reply.code(202).send();
});
serveCommands({ url: await server.listen({ host: '127.0.0.1', port: 0 }) }, () => undefined);
