/**
 * The floor of the tracking routes: plain Fastify that decrypts the ids and checks the link's signature,
 * writes the events of 20 ms together, and responds when they are on disk. It does not look up contact and
 * message, and has no counters.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import mongoose from 'mongoose';
import { readArgument, serveCommands } from '../child.js';
import { idDecryption, linkSigning } from '../encrypted-ids.js';
import type { FloorServerArgument } from './floor-register.js';

const { MongoClient, ObjectId, UUID } = mongoose.mongo;

const FOLD_MS = 20;
const RECEIVED = 1;

interface LinkParams {
  readonly contact: string;
  readonly message: string;
}

interface LinkQuery {
  /** The end and the 22 characters of the signature. */
  readonly s: string;
}

const argument = (await readArgument()) as FloorServerArgument;
const client = await MongoClient.connect(argument.mongodbUri, { writeConcern: { w: 'majority' } });
const events = client.db(argument.database).collection('webPushEvent');
const decrypt = idDecryption(argument.encryption);
const sign = linkSigning(argument.encryption);

let pending: { readonly documents: object[]; readonly written: Promise<unknown> } | undefined;

function write(document: object): Promise<unknown> {
  pending ??= startFlush();
  pending.documents.push(document);
  return pending.written;
}

function startFlush(): NonNullable<typeof pending> {
  const documents: object[] = [];
  const written = sleep(FOLD_MS).then(() => {
    pending = undefined;
    return events.insertMany(documents, { ordered: false });
  });
  return { documents, written };
}

const server = Fastify({ routerOptions: { maxParamLength: 1_024 } });
server.post<{ Params: LinkParams; Querystring: LinkQuery }>(
  '/push-contacts/:contact/messages/:message/received',
  async ({ params, query }, reply) => {
    const [contactId, messageId] = [decrypt(params.contact), decrypt(params.message)];
    const [expires, mac] = [query.s.slice(0, -22), query.s.slice(-22)];
    if (sign(contactId, messageId, expires) !== mac) throw new Error('The link is not signed');
    await write({
      _id: new ObjectId(),
      type: RECEIVED,
      date: new Date(),
      message_id: new UUID(messageId),
      push_contact_id: contactId,
      sub_type: 0,
      domain: 'example.com',
      device_token: null,
      error_message: null,
      event_descriptor: null,
    });
    return reply.code(202).send();
  },
);
serveCommands({ url: await server.listen({ host: '127.0.0.1', port: 0 }) }, () => undefined);
