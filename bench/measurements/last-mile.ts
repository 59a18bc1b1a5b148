import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Child, startChild } from '../child.js';
import { type Limit, measureLimit } from '../limit.js';
import { median } from '../measurement.js';
import { BODY, CLICK_LINK, type Recipients, TITLE } from '../notification.js';
import type { LastMileName, Options } from '../options.js';
import { type Participants, peakResidentMb, resetPeakResident, withCpuSeconds } from '../proc.js';
import { type Environment, type Product, startProduct } from '../product.js';
import type { BareCommand, FloorPushArgument } from '../processes/floor-push.js';
import type { PeerCommand, PeerWebPushArgument } from '../processes/peer-web-push.js';
import type { PushApiLoadArgument, PushApiLoadCommand, PushApiLoadResult } from '../processes/push-api-load.js';
import { type ContactKind, seedRecipients } from '../seed.js';
import { type PushServices, type ServiceProtocol, startPushServices, VAPID } from '../simulators.js';
import { PUSH_API_TOKEN, type Stage, TOKENS_A_CALL } from '../stage.js';
import { broadcastByProduct } from './broadcast.js';
import { emptyEvents } from './events.js';

interface LastMileSample {
  readonly rate: number;
  readonly seconds: number;
  /** CPU microseconds of each process for a contact. */
  readonly cpuMicroseconds: Readonly<Record<string, number>>;
  /** Peak resident memory of the senders in MB. */
  readonly peakMb: Readonly<Record<string, number>>;
}

/** Who sends, to what, over which network. */
export interface LastMileCase {
  readonly sender: 'whole way' | 'push-api' | 'floor' | 'peer';
  readonly kind: ContactKind;
  readonly protocol: ServiceProtocol;
  /** The median of the push services' responses. */
  readonly latencyMs: number;
  readonly contacts: number;
  /** Whether all that takes part shares one core; else it has all. */
  readonly onOneCore: boolean;
}

export interface LastMileRow extends LastMileCase {
  readonly rounds: readonly LastMileSample[];
}

export interface LastMile {
  readonly rows: readonly LastMileRow[];
  /** The reason, where it could not be measured. */
  readonly limit?: Limit | string;
}

/** A case, and how it is run. */
interface Run extends LastMileCase {
  /** Processes whose CPU time is counted; those of `senders` use the memory of interest. */
  readonly participants: Participants;
  readonly senders: readonly string[];
  /** Resolves with the seconds. */
  send(): Promise<number>;
}

const DEFAULT_CONTACTS = 20_000;
const MAX_CONTACTS = 100_000;
const MAX_ROUNDS = 3;
const GROWN_CONTACTS = 1_000_000;

/** A process is warm after so many; a smaller run is repeated. */
const WARM_CONTACTS = 10_000;

/** web-push takes several times as long for each. */
const PEER_SHARE = 1 / 4;

/**
 * As many as a worker has while a page of 500 contacts takes longer than 50 ms: eight pages of each of three
 * batches, each with one call of tokens or five of subscriptions, on at most 64 connections.
 */
const CALLS_AT_ONCE: Readonly<Record<ContactKind, number>> = { subscriptions: 64, tokens: 24 };
const CONTACTS_A_CALL: Readonly<Record<ContactKind, number>> = { subscriptions: 100, tokens: TOKENS_A_CALL };

const MESSAGE = { title: TITLE, body: BODY, onClickLink: CLICK_LINK };

const PROTOCOLS = ['HTTP/2', 'HTTP/1.1'] as const;

/** Measures what lies behind PushApi, with simulated push services. */
export async function measureLastMile(stage: Stage, name: LastMileName, options: Options): Promise<LastMile> {
  if (name === 'last-mile') return measureWholeWay(stage, options);
  if (name === 'last-mile-growth') return measureWholeGrowth(stage, options);
  return measurePushApi(stage, name === 'push-api-tokens' ? 'tokens' : 'subscriptions', options);
}

async function measurePushApi(stage: Stage, kind: ContactKind, options: Options): Promise<LastMile> {
  const overHttp2 = await measurePushApiOver(stage, kind, 'HTTP/2', options);
  const overHttp1 = await measurePushApiOver(stage, kind, 'HTTP/1.1', options);
  return { ...overHttp2, rows: [...overHttp2.rows, ...overHttp1.rows] };
}

function measurePushApiOver(
  stage: Stage,
  kind: ContactKind,
  protocol: ServiceProtocol,
  options: Options,
): Promise<LastMile> {
  const contacts = Math.min(options.contacts ?? DEFAULT_CONTACTS, MAX_CONTACTS);
  return withServices(protocol, async (services, stops) => {
    const recipients = await services.subscribe(kind, contacts);
    const pushApi = await startPushApi(stage, services, 'bench-push-api', options.profileDir);
    stops.push(() => pushApi.stop());
    const load: Load = await startChild('push-api-load', {
      url: pushApi.url,
      token: PUSH_API_TOKEN,
      callsAtOnce: CALLS_AT_ONCE[kind],
    } satisfies PushApiLoadArgument);
    stops.push(() => load.stop());
    await load.ask({ recipients, contactsACall: CONTACTS_A_CALL[kind] });
    const ours = (latencyMs: number, onOneCore = false): Run => ({
      ...{ sender: 'push-api', kind, protocol, latencyMs, contacts, onOneCore },
      participants: { 'push-api': pushApi.pid, simulator: services.pid, load: load.pid },
      senders: ['push-api'],
      send: () => callPushApi(load, contacts),
    });
    if (protocol === 'HTTP/1.1') return { rows: await runAll(services, [ours(0), ours(80)], options.rounds) };
    const bare = await startBareSenders(services, recipients, stops);
    const runs = [bare.floor(0), ours(0), ours(0, true), ...bare.peer(0), bare.floor(80), ours(80), ours(300)];
    const rows = await runAll(services, runs, options.rounds);
    if (recipients.kind === 'tokens') return { rows };
    return { rows, limit: await measureLimit(services, recipients, dirname(services.certificate)) };
  });
}

type Stops = (() => Promise<void>)[];

/** Starts push services for `work`; ends what it has started, in reverse order, and them. */
async function withServices<T>(
  protocol: ServiceProtocol,
  work: (services: PushServices, stops: Stops) => Promise<T>,
): Promise<T> {
  const services = await startPushServices(protocol);
  const stops: Stops = [() => services.stop()];
  try {
    return await work(services, stops);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function measureWholeWay(stage: Stage, options: Options): Promise<LastMile> {
  const contacts = Math.min(options.contacts ?? DEFAULT_CONTACTS, MAX_CONTACTS);
  const rows: LastMileRow[] = [];
  for (const protocol of PROTOCOLS) {
    await withWholeWay(stage, protocol, options, async ({ services, db, ours, stops }) => {
      const runs: Run[] = [];
      for (const kind of ['subscriptions', 'tokens'] as const) {
        const recipients = await services.subscribe(kind, contacts);
        await seedRecipients(db, domainOf(kind), recipients);
        runs.push(ours(kind, contacts, 0), ours(kind, contacts, 80));
        if (kind === 'tokens' || protocol === 'HTTP/1.1') continue;
        const bare = await startBareSenders(services, recipients, stops);
        runs.push(...bare.peer(0), ...bare.peer(80));
      }
      rows.push(...(await runAll(services, runs, options.rounds)));
    });
  }
  return { rows };
}

/** Peak memory of fresh processes, for a tenth of the contacts and for all. */
async function measureWholeGrowth(stage: Stage, options: Options): Promise<LastMile> {
  const largest = options.contacts ?? GROWN_CONTACTS;
  const rows: LastMileRow[] = [];
  for (const contacts of [Math.ceil(largest / 10), largest]) {
    await withWholeWay(stage, 'HTTP/2', options, async ({ services, db, ours }) => {
      const recipients = await services.subscribe('subscriptions', contacts);
      await seedRecipients(db, domainOf('subscriptions'), recipients);
      const run = ours('subscriptions', contacts, 0);
      rows.push({ ...toCase(run), rounds: [await measureRun(services, run)] });
    });
  }
  return { rows };
}

interface WholeWay {
  readonly services: PushServices;
  readonly db: ReturnType<Stage['database']>;
  readonly stops: Stops;
  readonly ours: (kind: ContactKind, contacts: number, latencyMs: number) => Run;
}

/** Starts services, push-api, api and worker for `work`, and ends them and their database after it. */
function withWholeWay(
  stage: Stage,
  protocol: ServiceProtocol,
  options: Options,
  work: (whole: WholeWay) => Promise<void>,
): Promise<void> {
  const database = 'bench-last-mile';
  const db = stage.database(database);
  return withServices(protocol, async (services, stops) => {
    // After those that use it, which end first.
    stops.push(async () => {
      await db.dropDatabase();
    });
    const pushApi = await startPushApi(stage, services, database, options.profileDir);
    stops.push(() => pushApi.stop());
    const environment = { ...stage.environment(database), PUSH_API_URL: pushApi.url };
    const api = await startProduct('api', environment, options.profileDir);
    stops.push(() => api.stop());
    const worker = await startProduct('worker', environment, options.profileDir);
    stops.push(() => worker.stop());
    const { mongod = 0, redis = 0 } = stage.participants;
    const product = { 'push-api': pushApi.pid, worker: worker.pid, api: api.pid };
    const ours = (kind: ContactKind, contacts: number, latencyMs: number): Run => ({
      ...{ sender: 'whole way', kind, protocol, latencyMs, contacts, onOneCore: false },
      participants: { ...product, mongod, redis, simulator: services.pid },
      senders: Object.keys(product),
      send: async () => {
        await emptyEvents(db);
        await stage.settle();
        const { token } = stage;
        return broadcastByProduct({ url: api.url, token, db, domain: domainOf(kind), contacts, message: MESSAGE });
      },
    });
    await work({ services, db, stops, ours });
  });
}

function domainOf(kind: ContactKind): string {
  return `${kind}.example.com`;
}

function startPushApi(
  stage: Stage,
  services: PushServices,
  database: string,
  profileDir: string | undefined,
): Promise<Product> {
  const environment: Environment = {
    ...stage.environment(database),
    ...services.environment,
    VAPID_PUBLIC_KEY: VAPID.publicKey,
    VAPID_PRIVATE_KEY: VAPID.privateKey,
    VAPID_SUBJECT: VAPID.subject,
  };
  // Profiles are named by mode: that of HTTP/1.1 would replace the other.
  return startProduct('push-api', environment, services.protocol === 'HTTP/2' ? profileDir : undefined);
}

const NOTHING_SENT: PushApiLoadResult = { seconds: 0, succeeded: 0, failures: {} };

type Load = Child<null, PushApiLoadCommand, PushApiLoadResult | undefined>;

async function callPushApi(load: Load, contacts: number): Promise<number> {
  const { seconds, succeeded, failures } = (await load.ask('send')) ?? NOTHING_SENT;
  if (succeeded === contacts) return seconds;
  throw new Error(`PushApi reached ${succeeded} of ${contacts} contacts; failures: ${JSON.stringify(failures)}`);
}

interface BareSenders {
  floor(latencyMs: number): Run;
  /** None for device tokens, which web-push does not send to. */
  peer(latencyMs: number): Run[];
}

/** Starts the floor and the peer, which have none of the product's code. */
async function startBareSenders(services: PushServices, recipients: Recipients, stops: Stops): Promise<BareSenders> {
  const { kind } = recipients;
  const floor: Child<null, BareCommand, number> = await startChild('floor-push', {
    origin: services.origin,
    certificate: services.certificate,
    account: join(dirname(services.certificate), 'service-account.json'),
    vapid: VAPID,
  } satisfies FloorPushArgument);
  stops.push(() => floor.stop());
  const peer: Child<null, PeerCommand, number> = await startChild(
    'peer-web-push',
    { vapid: VAPID } satisfies PeerWebPushArgument,
    { ...services.environment },
  );
  stops.push(() => peer.stop());
  const contacts = recipients.kind === 'tokens' ? recipients.tokens.length : recipients.subscriptions.length;
  const subscriptions =
    recipients.kind === 'tokens' ? [] : recipients.subscriptions.slice(0, Math.ceil(contacts * PEER_SHARE));
  await floor.ask(recipients);
  await peer.ask(subscriptions);
  return {
    floor: (latencyMs) => ({
      ...{ sender: 'floor', kind, protocol: 'HTTP/2', latencyMs, contacts, onOneCore: false },
      participants: { floor: floor.pid, simulator: services.pid },
      senders: ['floor'],
      send: () => floor.ask('send'),
    }),
    peer: (latencyMs) =>
      kind === 'tokens'
        ? []
        : [
            {
              ...{ sender: 'peer', kind, protocol: 'HTTP/1.1', latencyMs, onOneCore: false },
              contacts: subscriptions.length,
              participants: { peer: peer.pid, simulator: services.pid },
              senders: ['peer'],
              send: () => peer.ask('send'),
            },
          ],
  };
}

/** Warms each run up without latency, then measures all of them in turn. */
async function runAll(services: PushServices, runs: readonly Run[], rounds: number): Promise<LastMileRow[]> {
  for (const run of runs.filter(({ latencyMs, onOneCore }) => latencyMs === 0 && !onOneCore)) {
    for (let warmed = 0; warmed < WARM_CONTACTS; warmed += run.contacts) {
      await services.prepare(0);
      await run.send();
    }
  }
  const samples = runs.map((): LastMileSample[] => []);
  for (let round = 0; round < Math.min(rounds, MAX_ROUNDS); round++) {
    for (const [index, run] of runs.entries()) samples[index]?.push(await measureRun(services, run));
  }
  return runs.map((run, index) => ({ ...toCase(run), rounds: samples[index] ?? [] }));
}

async function measureRun(services: PushServices, run: Run): Promise<LastMileSample> {
  const { kind, contacts, latencyMs, participants, senders, onOneCore } = run;
  const pids = senders.map((name) => [name, participants[name] ?? 0] as const);
  const all = Object.values(participants);
  await services.prepare(latencyMs);
  for (const [, pid] of pids) await resetPeakResident(pid);
  if (onOneCore) await setCores(all, '0');
  const { result: seconds, cpuSeconds } = await withCpuSeconds(participants, () => run.send());
  if (onOneCore) await setCores(all, `0-${cpus().length - 1}`);
  await services.assertDeliveredOnce(kind, contacts);
  const peaks = pids.map(async ([name, pid]) => [name, await peakResidentMb(pid)] as const);
  const sample: LastMileSample = {
    rate: contacts / seconds,
    seconds,
    cpuMicroseconds: Object.fromEntries(
      Object.entries(cpuSeconds).map(([name, used]) => [name, Math.round((used / contacts) * 1e6)]),
    ),
    peakMb: Object.fromEntries(await Promise.all(peaks)),
  };
  console.log(`  ${describeCase(run)}: ${describe([sample])}`);
  return sample;
}

async function setCores(pids: readonly number[], cores: string): Promise<void> {
  for (const pid of pids) {
    await promisify(execFile)('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)]);
  }
}

function toCase({ sender, kind, protocol, latencyMs, contacts, onOneCore }: Run): LastMileCase {
  return { sender, kind, protocol, latencyMs, contacts, onOneCore };
}

function describeCase({ sender, kind, protocol, latencyMs, onOneCore }: LastMileCase): string {
  return `${sender}, ${kind}, ${protocol}, ${latencyMs} ms${onOneCore ? ', on one core' : ''}`;
}

function describe(samples: readonly LastMileSample[]): string {
  const [first] = samples;
  const of = (values: Readonly<Record<string, number>> | undefined, unit: string): string =>
    Object.entries(values ?? {})
      .map(([name, value]) => `${name} ${value} ${unit}`)
      .join(', ');
  const rate = Math.round(median(samples.map((sample) => sample.rate)));
  return `${rate} contacts/s (CPU a contact: ${of(first?.cpuMicroseconds, 'µs')}; peak: ${of(first?.peakMb, 'MB')})`;
}
