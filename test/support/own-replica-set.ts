import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import type { SupervisedProcess } from '../../src/embedded/process/supervised-process.js';
import { commandAt, findOwnMongod, initiate, primaryOf, startMember } from './own-mongod.js';
import { waitFor } from './wait-for.js';

const NAME = 'rs-faults';

const MEMBERS = 3;

/** Members wait 10 s for a primary that is silent (MongoDB, "electionTimeoutMillis"). */
const ELECTED_WITHIN_MS = 60_000;

/** Commands that fail at the primary, and how they do. */
interface FailingCommands {
  readonly failCommands: readonly string[];
  /** The database and the collection that they are about; any by default. */
  readonly namespace?: string;
  readonly errorCode?: number;
  readonly closeConnection?: boolean;
  /** With `blockTimeMS`: a connection on which no response comes. */
  readonly blockConnection?: boolean;
  readonly blockTimeMS?: number;
}

/** Whose commands fail, by the mode in their connections' `appName`; those of the tests never do. */
interface FailingProduct {
  readonly mode?: 'api' | 'worker';
  /** So many commands; all of them by default. */
  readonly times?: number;
}

/** A replica set of three members for one test, which may change its primary. */
export interface OwnReplicaSet {
  readonly uri: string;
  /** Address of the primary; undefined while there is none. */
  primary(): Promise<string | undefined>;
  /** Makes the primary step down. Resolves when another member is primary. */
  stepDown(): Promise<void>;
  /**
   * Ends the primary by SIGKILL, and starts it again when another member is primary. Resolves with how long
   * there was no primary, in milliseconds.
   */
  killPrimary(): Promise<number>;
  /** Lets the product's commands fail at the primary, until it is called with undefined. */
  fail(commands: FailingCommands | undefined, product?: FailingProduct): Promise<void>;
  stop(): Promise<void>;
}

/** Where a member runs: see `startMember`. */
interface Place {
  readonly address: string;
  readonly through: readonly string[];
}

const HERE: Place = { address: '127.0.0.1', through: [] };

/** @param places of the three members; all on this host by default. */
export async function startOwnReplicaSet(places: readonly Place[] = []): Promise<OwnReplicaSet> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-replica-set-'));
  const binary = await findOwnMongod();
  const ports = await Promise.all(Array.from({ length: MEMBERS }, freePort));
  const placeOf = (index: number): Place => places[index] ?? HERE;
  const start = (port: number, index: number): Promise<SupervisedProcess> =>
    startMember({ binary, port, folder: join(folder, String(port)), replicaSet: NAME, ...placeOf(index) });
  const members = await Promise.all(ports.map(start));
  const hosts = ports.map((port, index) => `${placeOf(index).address}:${port}`);
  const stop = async (): Promise<void> => {
    await Promise.all(members.map((member) => member.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  await initiate(NAME, hosts);
  // A member that was killed refuses connections.
  const running = new Set(hosts);
  const primary = (): Promise<string | undefined> => primaryOf([...running]);
  await waitFor(primary, (host) => host !== undefined, 60_000);
  return {
    uri: `mongodb://${hosts.join(',')}/?replicaSet=${NAME}`,
    primary,
    async stepDown() {
      const before = await waitFor(primary, (host) => host !== undefined);
      await commandAt(before ?? '', { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 });
      await waitFor(primary, (host) => host !== undefined && host !== before);
    },
    async killPrimary() {
      const before = (await waitFor(primary, (host) => host !== undefined)) ?? '';
      const index = hosts.indexOf(before);
      const { pid } = await commandAt(before, { serverStatus: 1 });
      running.delete(before);
      const killedMs = Date.now();
      process.kill(Number(pid), 'SIGKILL');
      await members[index]?.ended;
      await waitFor(primary, (host) => host !== undefined, ELECTED_WITHIN_MS);
      const electionMs = Date.now() - killedMs;
      const port = Number(ports[index]);
      members[index] = await start(port, index);
      running.add(before);
      return electionMs;
    },
    async fail(commands, { mode = 'api', times } = {}) {
      const host = await waitFor(primary, (found) => found !== undefined);
      const data = { ...commands, appName: `push-contact-${mode}` };
      const failing = { mode: times === undefined ? 'alwaysOn' : { times }, data };
      const change = commands === undefined ? { mode: 'off' } : failing;
      await commandAt(host ?? '', { configureFailPoint: 'failCommand', ...change });
    },
    stop,
  };
}
