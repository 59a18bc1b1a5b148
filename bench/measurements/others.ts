import { type Child, startChild } from '../child.js';
import { median, type Sample } from '../measurement.js';
import type { Options } from '../options.js';
import { withCpuSeconds } from '../proc.js';
import { startProduct } from '../product.js';
import type { OneJobPerContactArgument } from '../processes/one-job-per-contact.js';
import { seedContacts, seedMessage, type SeededMessage } from '../seed.js';
import { PUSH_API_TOKEN, type Stage } from '../stage.js';
import { emptyEvents, EVENTS } from './events.js';

/** How others do the same work on this machine. */
export interface Others {
  readonly contacts: number;
  readonly oneJobPerContact: { readonly unit: 'contacts/s'; readonly rate: number; readonly rounds: readonly Sample[] };
}

const DEFAULT_CONTACTS = 5_000;
const MOST_CONTACTS = 20_000;
const MOST_ROUNDS = 3;

/** One job, one call and three writes a contact. */
export async function measureOthers(stage: Stage, options: Options): Promise<Others> {
  const contacts = Math.min(options.contacts ?? DEFAULT_CONTACTS, MOST_CONTACTS);
  const database = 'bench-others';
  const db = stage.database(database);
  // For the indexes; it does nothing here.
  await (await startProduct('api', stage.environment(database), undefined)).stop();
  await seedContacts(db, 'example.com', 'subscriptions', contacts);
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
    const message = await seedMessage(db, 'example.com');
    const participants = { script: script.pid, ...stage.participants };
    const { result: seconds, cpuSeconds } = await withCpuSeconds(participants, () => script.ask(message));
    const events = await db.collection(EVENTS).countDocuments();
    if (events !== contacts) throw new Error(`${events} events for ${contacts} contacts`);
    return { rate: contacts / seconds, seconds, cpuSeconds };
  }

  try {
    await broadcast();
    const rounds: Sample[] = [];
    while (rounds.length < Math.min(options.rounds, MOST_ROUNDS)) rounds.push(await broadcast());
    const rate = median(rounds.map((sample) => sample.rate));
    console.log(`  one job, one call, three writes a contact: ${Math.round(rate)} contacts/s`);
    return { contacts, oneJobPerContact: { unit: 'contacts/s', rate, rounds } };
  } finally {
    await script.stop();
    await db.dropDatabase();
  }
}
