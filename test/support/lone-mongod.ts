import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { commandAt, findOwnMongod, initiate, primaryOf, startMember } from './own-mongod.js';
import { waitFor } from './wait-for.js';

const NAME = 'rs-lone';

/** A replica set of one member for one test, which may restart and freeze it. */
export interface LoneMongod {
  readonly uri: string;
  /** Ends it by a signal and starts it again on its data. Resolves when it is primary. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops its process for so long: its connections stay open, and nothing answers. */
  freeze(ms: number): Promise<void>;
  /** Of its process. */
  processId(): Promise<number>;
  readonly folder: string;
  stop(): Promise<void>;
}

/** @param findThrough the command that runs it, see `startMember`, for the folder of its data. */
export async function startLoneMongod(
  findThrough: (folder: string) => readonly string[] = () => [],
): Promise<LoneMongod> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-lone-mongod-'));
  const binary = await findOwnMongod();
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const start = () => startMember({ binary, port, folder, replicaSet: NAME, through: findThrough(folder) });
  const untilPrimary = () =>
    waitFor(
      () => primaryOf([host]),
      (found) => found !== undefined,
    );
  const processId = async (): Promise<number> => Number((await commandAt(host, { serverStatus: 1 })).pid);
  let member = await start();
  await initiate(NAME, [host]);
  await untilPrimary();
  return {
    uri: `mongodb://${host}/?replicaSet=${NAME}`,
    folder,
    processId,
    async restart(signal) {
      process.kill(await processId(), signal);
      await member.ended;
      member = await start();
      await untilPrimary();
    },
    async freeze(ms) {
      const pid = await processId();
      process.kill(pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, ms));
      process.kill(pid, 'SIGCONT');
    },
    async stop() {
      await member.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
