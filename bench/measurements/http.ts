import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '../child.js';
import { type Comparison, compare, LOAD, type Sample } from '../measurement.js';
import type { Options } from '../options.js';
import { type Participants, withCpuSeconds } from '../proc.js';
import { startProduct } from '../product.js';
import type { FloorServerArgument } from '../processes/floor-register.js';
import type { HttpLoadArgument, HttpLoadCommand, HttpLoadResult } from '../processes/http-load.js';
import { seedContacts, seedMessage } from '../seed.js';
import { PUSH_API_TOKEN, type Stage } from '../stage.js';
import { emptyEvents, EVENTS } from './events.js';

type FloorServer = Child<{ readonly url: string }, null, undefined>;
type Load = Child<null, HttpLoadCommand, HttpLoadResult>;

const REGISTER_CONNECTIONS = 64;

/** Enough for 20 ms of coalesced writes at 15,000 requests per second and more. */
const TRACKING_CONNECTIONS = 512;

const TRACKED_CONTACTS = 20_000;
const WARM_UP_SECONDS = 3;

/** Time within which each request with a response must be in the database. */
const VISIBLE_MS = 30_000;
const POLL_MS = 100;

const DOMAIN = 'example.com';
const REGISTERED_DOMAIN = 'registered.example.com';

/** Measures `POST /push-contacts` with the check of the token by PushApi. */
export async function measureRegister(stage: Stage, options: Options): Promise<Comparison> {
  const database = 'bench-register';
  const db = stage.database(database);
  const api = await startProduct('api', stage.environment(database), options.profileDir);
  const floor: FloorServer = await startChild('floor-register', floorArgument(stage, database));
  const load = await startLoad(stage, [], '');
  const request = { kind: 'register', domain: REGISTERED_DOMAIN } as const;

  async function run(url: string, server: Participants, seconds: number): Promise<Sample> {
    const contacts = db.collection('push-contacts');
    await contacts.deleteMany({ domain: REGISTERED_DOMAIN });
    await stage.pushApi.ask('reset');
    await stage.settle();
    const participants = { ...server, [LOAD]: load.pid, ...stage.participants };
    const command = { url, connections: REGISTER_CONNECTIONS, seconds, request };
    const { result, cpuSeconds } = await withCpuSeconds(participants, () => load.ask(command));
    const { checks } = await stage.pushApi.ask('counts');
    const stored = await contacts.countDocuments({ domain: REGISTERED_DOMAIN });
    if (checks !== result.requests || stored !== result.requests) {
      throw new Error(`${result.requests} requests, ${checks} checks by PushApi, ${stored} contacts stored`);
    }
    return toSample(result, cpuSeconds);
  }

  try {
    // Both sides work with a collection of this size.
    await seedContacts(db, DOMAIN, 'tokens', options.contacts ?? 100_000);
    const runFloor: Run = (seconds) => run(floor.ready.url, { floor: floor.pid }, seconds);
    const runOurs: Run = (seconds) => run(api.url, { api: api.pid }, seconds);
    return await compareWarm(options, runFloor, runOurs);
  } finally {
    await Promise.all([api.stop(), floor.stop(), load.stop()]);
    await db.dropDatabase();
  }
}

type Run = (seconds: number) => Promise<Sample>;

async function compareWarm({ rounds, seconds }: Options, runFloor: Run, runOurs: Run): Promise<Comparison> {
  await runFloor(WARM_UP_SECONDS);
  await runOurs(WARM_UP_SECONDS);
  return compare(
    'requests/s',
    rounds,
    () => runFloor(seconds),
    () => runOurs(seconds),
  );
}

/** Measures `POST …/received`, which is on disk before the 202. */
export async function measureTracking(stage: Stage, options: Options): Promise<Comparison> {
  const database = 'bench-tracking';
  const environment = stage.environment(database);
  const api = await startProduct('api', environment, options.profileDir);
  const worker = await startProduct('worker', environment, options.profileDir);
  const floor: FloorServer = await startChild('floor-tracking', floorArgument(stage, database));
  const browsers = await startBrowsers(stage, database);
  try {
    const runFloor: Run = (seconds) => browsers.track(floor.ready.url, { floor: floor.pid }, seconds);
    const runOurs: Run = (seconds) => browsers.track(api.url, { api: api.pid, worker: worker.pid }, seconds);
    return await compareWarm(options, runFloor, runOurs);
  } finally {
    await Promise.all([api.stop(), worker.stop(), floor.stop(), browsers.stop()]);
    await stage.database(database).dropDatabase();
  }
}

/**
 * Sends the same requests to a server with three writes per request. The database must have the product's
 * indexes.
 */
export async function measureThreeWritesAClick(stage: Stage, database: string, options: Options): Promise<Sample[]> {
  const server: FloorServer = await startChild('three-writes-a-click', floorArgument(stage, database));
  const browsers = await startBrowsers(stage, database);
  const run: Run = (seconds) => browsers.track(server.ready.url, { server: server.pid }, seconds);
  try {
    await run(WARM_UP_SECONDS);
    const rounds: Sample[] = [];
    while (rounds.length < options.rounds) rounds.push(await run(options.seconds));
    return rounds;
  } finally {
    await Promise.all([server.stop(), browsers.stop()]);
  }
}

/** The clients of the tracking links of one message. */
interface Browsers {
  /** Throws if a request with a 202 left no event, or more than one. */
  track(url: string, server: Participants, seconds: number): Promise<Sample>;
  stop(): Promise<void>;
}

async function startBrowsers(stage: Stage, database: string): Promise<Browsers> {
  const db = stage.database(database);
  const contactIds = await seedContacts(db, DOMAIN, 'subscriptions', TRACKED_CONTACTS);
  const { messageId } = await seedMessage(db, DOMAIN);
  const load = await startLoad(stage, contactIds, messageId);
  return {
    async track(url, server, seconds) {
      await emptyEvents(db);
      await stage.settle();
      const participants = { ...server, [LOAD]: load.pid, ...stage.participants };
      const request = { kind: 'tracking' } as const;
      const command = { url, connections: TRACKING_CONNECTIONS, seconds, request };
      const { result, cpuSeconds } = await withCpuSeconds(participants, () => load.ask(command));
      const deadline = Date.now() + VISIBLE_MS;
      let events = 0;
      while (events < result.requests) {
        if (Date.now() > deadline) throw new Error(`${result.requests} requests answered 202, ${events} events stored`);
        await sleep(POLL_MS);
        events = await db.collection(EVENTS).countDocuments({ type: 1 });
      }
      if (events > result.requests)
        throw new Error(`${result.requests} requests answered 202, ${events} events stored`);
      return toSample(result, cpuSeconds);
    },
    stop: () => load.stop(),
  };
}

function floorArgument(stage: Stage, database: string): FloorServerArgument {
  return {
    mongodbUri: stage.mongodbUri,
    database,
    pushApiUrl: stage.pushApi.ready.url,
    pushApiToken: PUSH_API_TOKEN,
    encryption: stage.encryption,
  };
}

function startLoad({ encryption }: Stage, contactIds: readonly string[], messageId: string): Promise<Load> {
  return startChild('http-load', { encryption, contactIds, messageId } satisfies HttpLoadArgument);
}

function toSample({ requests, seconds, p50, p99 }: HttpLoadResult, cpuSeconds: Record<string, number>): Sample {
  return { rate: requests / seconds, seconds, cpuSeconds, p50, p99 };
}
