import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { type Child, startChild } from '../child.js';
import { type Comparison, compare, type Sample } from '../measurement.js';
import { PUBLIC_URL } from '../notification.js';
import type { Options } from '../options.js';
import { withCpuSeconds } from '../proc.js';
import { type Environment, type Product, startProduct } from '../product.js';
import type { FloorBroadcastArgument, FloorBroadcastCommand } from '../processes/floor-broadcast.js';
import { type ContactKind, seedContacts, seedMessage } from '../seed.js';
import { PUSH_API_TOKEN, type Stage, TOKENS_A_CALL } from '../stage.js';
import { emptyEvents, EVENTS } from './events.js';

const { UUID } = mongoose.mongo;

type Db = mongoose.mongo.Db;

const DEFAULT_CONTACTS = 100_000;
const WARM_UP_CONTACTS = 100_000;

/** Subscriptions per call to PushApi. */
const SUBSCRIPTIONS_A_CALL = 100;

const POLL_MS = 100;

/** A broadcast below this rate is not slow but stuck. */
const MIN_CONTACTS_A_SECOND = 200;
const MIN_SECONDS = 60;

const MESSAGE = { title: 'A benchmark', body: 'How fast is it?', onClickLink: 'https://example.com/' };

export interface Broadcast {
  /** The api's, and a super user's token. */
  readonly url: string;
  readonly token: string;
  readonly db: Db;
  readonly domain: string;
  /** How many the domain has; each must be delivered to. */
  readonly contacts: number;
  /** The body of the request. */
  readonly message: object;
}

/** The fields of the ledger that show the end of a delivery. */
interface StoredDelivery {
  readonly state: string;
  readonly delivered: number;
  readonly not_delivered: number;
  readonly finished_at: Date;
}

/** The product's two processes, the floor's process, and the database that they share. */
export interface Broadcasting {
  readonly db: Db;
  readonly api: Product;
  readonly worker: Product;
  readonly floorPid: number;
  /** Runs the floor's broadcast to all contacts of the domain. */
  floor(domain: string, contacts: number): Promise<Sample>;
  /** Runs the product's broadcast. Throws if it did not reach every contact. */
  ours(domain: string, contacts: number): Promise<Sample>;
  stop(): Promise<void>;
}

/** Measures broadcasts to `options.contacts` contacts of one kind, floor and product alternately. */
export async function measureBroadcast(stage: Stage, kind: ContactKind, options: Options): Promise<Comparison> {
  const contacts = options.contacts ?? DEFAULT_CONTACTS;
  const broadcasting = await startBroadcasting(stage, `bench-${kind}`, kind, options.profileDir);
  try {
    const warmUp = Math.min(contacts, WARM_UP_CONTACTS);
    await seedContacts(broadcasting.db, 'warm-up.example.com', kind, warmUp);
    await seedContacts(broadcasting.db, 'example.com', kind, contacts);
    await broadcasting.floor('warm-up.example.com', warmUp);
    await broadcasting.ours('warm-up.example.com', warmUp);
    return await compare(
      'contacts/s',
      options.rounds,
      () => broadcasting.floor('example.com', contacts),
      () => broadcasting.ours('example.com', contacts),
    );
  } finally {
    await broadcasting.stop();
    await broadcasting.db.dropDatabase();
  }
}

/** @param settings the product's, beside those of the stage. */
export async function startBroadcasting(
  stage: Stage,
  database: string,
  kind: ContactKind,
  profileDir: string | undefined,
  settings: Environment = {},
): Promise<Broadcasting> {
  const environment = { ...stage.environment(database), ...settings };
  const db = stage.database(database);
  // The first process creates the indexes.
  const api = await startProduct('api', environment, profileDir);
  const worker = await startProduct('worker', environment, profileDir);
  const floor: Child<null, FloorBroadcastCommand, number> = await startChild('floor-broadcast', {
    mongodbUri: stage.mongodbUri,
    database,
    pushApiUrl: stage.pushApi.ready.url,
    pushApiToken: PUSH_API_TOKEN,
    publicUrl: PUBLIC_URL,
    encryption: stage.encryption,
  } satisfies FloorBroadcastArgument);

  async function prepare(): Promise<void> {
    await emptyEvents(db);
    await stage.pushApi.ask('reset');
    await stage.settle();
  }

  async function check(side: string, contacts: number): Promise<void> {
    const { contacts: sent, tracked } = await stage.pushApi.ask('counts');
    if (sent !== contacts) throw new Error(`${side}: PushApi was called for ${sent} of ${contacts} contacts`);
    if (kind === 'subscriptions' && tracked !== contacts) {
      throw new Error(`${side}: ${tracked} of ${contacts} subscriptions came with tracking endpoints`);
    }
    const events = await db.collection(EVENTS).countDocuments({ type: 0 });
    if (events !== contacts) throw new Error(`${side}: ${events} events for ${contacts} contacts`);
  }

  return {
    db,
    api,
    worker,
    floorPid: floor.pid,
    async floor(domain, contacts) {
      await prepare();
      const command: FloorBroadcastCommand = {
        ...(await seedMessage(db, domain)),
        kind,
        contactsACall: kind === 'tokens' ? TOKENS_A_CALL : SUBSCRIPTIONS_A_CALL,
      };
      const participants = { script: floor.pid, ...stage.participants };
      const { result: seconds, cpuSeconds } = await withCpuSeconds(participants, () => floor.ask(command));
      await check('The floor', contacts);
      return { rate: contacts / seconds, seconds, cpuSeconds };
    },
    async ours(domain, contacts) {
      await prepare();
      const participants = { worker: worker.pid, api: api.pid, ...stage.participants };
      const { result: seconds, cpuSeconds } = await withCpuSeconds(participants, () =>
        broadcastByProduct({ url: api.url, token: stage.token, db, domain, contacts, message: MESSAGE }),
      );
      await check('The product', contacts);
      return { rate: contacts / seconds, seconds, cpuSeconds };
    },
    async stop() {
      await Promise.all([api.stop(), worker.stop(), floor.stop()]);
    },
  };
}

/**
 * Resolves with the seconds from the request to the end of the delivery; both use the clock of this machine.
 */
export async function broadcastByProduct({ url, token, db, domain, contacts, message }: Broadcast): Promise<number> {
  const started = Date.now();
  const response = await fetch(`${url}/push-contacts/${domain}/message`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(message),
  });
  if (response.status !== 202) throw new Error(`The product answered ${response.status}: ${await response.text()}`);
  const { messageId } = (await response.json()) as { messageId: string };
  const deadline = started + 1_000 * Math.max(MIN_SECONDS, contacts / MIN_CONTACTS_A_SECOND);
  let delivery: StoredDelivery | null = null;
  while (delivery?.state !== 'done') {
    if (Date.now() > deadline) throw new Error(`The product: not done in time: ${JSON.stringify(delivery)}`);
    await sleep(POLL_MS);
    delivery = await db.collection<StoredDelivery>('deliveries').findOne({ message_id: new UUID(messageId) });
  }
  const { delivered, not_delivered: failed, finished_at: finished } = delivery;
  if (delivered === contacts) return (finished.getTime() - started) / 1_000;
  throw new Error(`The product: ${delivered} of ${contacts} contacts were delivered, ${failed} failed`);
}
