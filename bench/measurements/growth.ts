import { median, type Sample } from '../measurement.js';
import type { Options } from '../options.js';
import { peakResidentMb } from '../proc.js';
import { seedContacts } from '../seed.js';
import type { Stage } from '../stage.js';
import { type Broadcasting, startBroadcasting } from './broadcast.js';

/**
 * A broadcast to one number of contacts. Times are medians of warm processes, memory is that of fresh ones.
 */
export interface GrowthPoint {
  readonly contacts: number;
  readonly floorSeconds: number;
  readonly oursSeconds: number;
  /** Peak resident memory in MB after one broadcast of this size, the first of the process. */
  readonly peakMb: { readonly floor: number; readonly api: number; readonly worker: number };
  readonly rounds: readonly { readonly floor: Sample; readonly ours: Sample }[];
}

export interface Growth {
  readonly points: readonly GrowthPoint[];
  /** time(1,000,000) / time(100,000), if both were measured. */
  readonly ratio: number | undefined;
  readonly floorRatio: number | undefined;
}

const SIZES = [1_000, 10_000, 100_000, 300_000, 1_000_000];
const MAX_ROUNDS = 3;

/**
 * Smaller broadcasts are repeated before they are timed, until the processes are as warm as after a large
 * one.
 */
const WARM_CONTACTS = 20_000;

/** Measures time and memory against the number of contacts, up to `options.contacts`. */
export async function measureGrowth(stage: Stage, options: Options): Promise<Growth> {
  const maxContacts = options.contacts ?? Math.max(...SIZES);
  const sizes = [...SIZES.filter((size) => size < maxContacts), maxContacts];
  const points: GrowthPoint[] = [];
  for (const contacts of sizes) points.push(await measureSize(stage, contacts, options));
  return {
    points,
    ratio: ratioOf(points, ({ oursSeconds }) => oursSeconds),
    floorRatio: ratioOf(points, ({ floorSeconds }) => floorSeconds),
  };
}

async function measureSize(stage: Stage, contacts: number, options: Options): Promise<GrowthPoint> {
  const database = `bench-growth-${contacts}`;
  // Each size needs fresh processes, because peak memory never decreases.
  const broadcasting = await startBroadcasting(stage, database, 'tokens', options.profileDir);
  try {
    await seedContacts(broadcasting.db, 'example.com', 'tokens', contacts);
    await broadcastBoth(broadcasting, contacts);
    const peakMb = {
      floor: await peakResidentMb(broadcasting.floorPid),
      api: await peakResidentMb(broadcasting.api.pid),
      worker: await peakResidentMb(broadcasting.worker.pid),
    };
    for (let warmed = contacts; warmed < WARM_CONTACTS; warmed += contacts) await broadcastBoth(broadcasting, contacts);
    const rounds: GrowthPoint['rounds'][number][] = [];
    while (rounds.length < Math.min(options.rounds, MAX_ROUNDS))
      rounds.push(await broadcastBoth(broadcasting, contacts));
    const floorSeconds = median(rounds.map(({ floor }) => floor.seconds));
    const oursSeconds = median(rounds.map(({ ours }) => ours.seconds));
    console.log(
      `  ${contacts} contacts: floor ${floorSeconds.toFixed(2)} s, ours ${oursSeconds.toFixed(2)} s; ` +
        `peak MB: floor ${peakMb.floor}, worker ${peakMb.worker}, api ${peakMb.api}`,
    );
    return { contacts, floorSeconds, oursSeconds, peakMb, rounds };
  } finally {
    await broadcasting.stop();
    await broadcasting.db.dropDatabase();
  }
}

async function broadcastBoth(broadcasting: Broadcasting, contacts: number): Promise<{ floor: Sample; ours: Sample }> {
  return {
    floor: await broadcasting.floor('example.com', contacts),
    ours: await broadcasting.ours('example.com', contacts),
  };
}

function ratioOf(points: readonly GrowthPoint[], secondsOf: (point: GrowthPoint) => number): number | undefined {
  const million = points.find(({ contacts }) => contacts === 1_000_000);
  const tenth = points.find(({ contacts }) => contacts === 100_000);
  return million && tenth && secondsOf(million) / secondsOf(tenth);
}
