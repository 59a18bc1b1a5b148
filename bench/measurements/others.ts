import { type Child, startChild } from '../child.js';
import { median, type Sample } from '../measurement.js';
import type { Options } from '../options.js';
import { withCpuSeconds } from '../proc.js';
import { startProduct } from '../product.js';
import type { OneJobPerContactArgument } from '../processes/one-job-per-contact.js';
import { seedContacts, seedMessage, type SeededMessage } from '../seed.js';
import { PUSH_API_TOKEN, type Stage } from '../stage.js';
import { emptyEvents, EVENTS } from './events.js';
import { measureThreeWritesAClick } from './http.js';

interface Rates {
  readonly unit: 'contacts/s' | 'requests/s';
  /** The median of the rounds. */
  readonly rate: number;
  readonly rounds: readonly Sample[];
}

/** Rates of common implementations of the same work on this machine. */
export interface Others {
  readonly contacts: number;
  readonly oneJobPerContact: Rates;
  readonly threeWritesAClick: Rates;
}

const DEFAULT_CONTACTS = 5_000;
const MAX_CONTACTS = 20_000;
const MAX_ROUNDS = 3;

/**
 * Measures a broadcast with one job, one call and three writes per contact, and clicks with three writes
 * each.
 */
export async function measureOthers(stage: Stage, options: Options): Promise<Others> {
  const contacts = Math.min(options.contacts ?? DEFAULT_CONTACTS, MAX_CONTACTS);
  const rounds = Math.min(options.rounds, MAX_ROUNDS);
  const database = 'bench-others';
  // Started only to create the indexes.
  await (await startProduct('api', stage.environment(database), undefined)).stop();
  try {
    const sends = await measureOneJobPerContact(stage, database, contacts, rounds);
    const oneJobPerContact = describe('one job, one call, three writes a contact', 'contacts/s', sends);
    const clicks = await measureThreeWritesAClick(stage, database, { ...options, rounds });
    const threeWritesAClick = describe('three writes a click', 'requests/s', clicks);
    return { contacts, oneJobPerContact, threeWritesAClick };
  } finally {
    await stage.database(database).dropDatabase();
  }
}

function describe(name: string, unit: Rates['unit'], rounds: readonly Sample[]): Rates {
  const rate = median(rounds.map((sample) => sample.rate));
  console.log(`  ${name}: ${Math.round(rate)} ${unit}`);
  return { unit, rate, rounds };
}

async function measureOneJobPerContact(
  stage: Stage,
  database: string,
  contacts: number,
  rounds: number,
): Promise<Sample[]> {
  const db = stage.database(database);
  await seedContacts(db, 'one-job.example.com', 'subscriptions', contacts);
  const script: Child<null, SeededMessage, number> = await startChild('one-job-per-contact', {
    mongodbUri: stage.mongodbUri,
    database,
    redisUrl: stage.redisUrl,
    pushApiUrl: stage.pushApi.ready.url,
    pushApiToken: PUSH_API_TOKEN,
  } satisfies OneJobPerContactArgument);

  async function broadcast(): Promise<Sample> {
    await emptyEvents(db);
    await stage.settle();
    const message = await seedMessage(db, 'one-job.example.com');
    const participants = { script: script.pid, ...stage.participants };
    const { result: seconds, cpuSeconds } = await withCpuSeconds(participants, () => script.ask(message));
    const events = await db.collection(EVENTS).countDocuments();
    if (events !== contacts) throw new Error(`${events} events for ${contacts} contacts`);
    return { rate: contacts / seconds, seconds, cpuSeconds };
  }

  try {
    await broadcast();
    const measured: Sample[] = [];
    while (measured.length < rounds) measured.push(await broadcast());
    return measured;
  } finally {
    await script.stop();
  }
}
