/**
 * How others take clicks and receipts: each request is answered after three writes of its own (the event, the message's
 * counters, the hour's counters).
 */
import { createDecipheriv } from 'node:crypto';
import Fastify from 'fastify';
import mongoose from 'mongoose';
import { readArgument, serveCommands } from '../child.js';
import type { FloorServerArgument } from './floor-register.js';

const { MongoClient, UUID } = mongoose.mongo;

const RECEIVED = 1;
const DOMAIN = 'example.com';

interface LinkParams {
  readonly contact: string;
  readonly message: string;
}

const argument = (await readArgument()) as FloorServerArgument;
const client = await MongoClient.connect(argument.mongodbUri, { writeConcern: { w: 'majority' } });
const db = client.db(argument.database);
const key = Buffer.from(argument.encryption.key, 'base64');
const iv = Buffer.from(argument.encryption.iv, 'base64');

function decrypt(encrypted: string): string {
  const decipher = createDecipheriv('aes-256-cbc', key, iv);
  return decipher.update(encrypted, 'base64url', 'utf8') + decipher.final('utf8');
}

async function record(contactId: string, messageId: InstanceType<typeof UUID>): Promise<void> {
  const date = new Date();
  const hour = new Date(date);
  hour.setUTCMinutes(0, 0, 0);
  await db.collection('webPushEvent').insertOne({
    type: RECEIVED,
    date,
    message_id: messageId,
    push_contact_id: contactId,
    sub_type: 0,
    domain: DOMAIN,
    device_token: null,
    error_message: null,
    event_descriptor: null,
  });
  await db.collection('messages').updateOne({ message_id: messageId }, { $inc: { received: 1 } });
  await db
    .collection('messageStats')
    .updateOne({ domain: DOMAIN, message_id: messageId, date: hour }, { $inc: { received: 1 } }, { upsert: true });
}

const server = Fastify({ routerOptions: { maxParamLength: 1_024 } });
server.post<{ Params: LinkParams }>('/push-contacts/:contact/messages/:message/received', async ({ params }, reply) => {
  await record(decrypt(params.contact), new UUID(decrypt(params.message)));
  return reply.code(202).send();
});
serveCommands({ url: await server.listen({ host: '127.0.0.1', port: 0 }) }, () => undefined);
