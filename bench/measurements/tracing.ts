import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '../child.js';
import { type Comparison, compare } from '../measurement.js';
import type { Options } from '../options.js';
import { type ContactKind, seedContacts } from '../seed.js';
import type { Stage } from '../stage.js';
import { type Broadcasting, startBroadcasting } from './broadcast.js';

/** A process that takes spans, and says how many have come since it was asked before. */
type Collector = Child<{ readonly url: string }, 'spans', number>;

/** What traces cost: the product without them in place of the floor. */
export type Tracing = Readonly<Record<ContactKind, Comparison>>;

const DEFAULT_CONTACTS = 100_000;
const DOMAIN = 'example.com';

/** Longer than spans wait for their export (OpenTelemetry's specification, OTEL_BSP_SCHEDULE_DELAY: 5 s). */
const EXPORT_MS = 6_000;

/** Measures broadcasts without traces and with each of them traced, alternately. */
export async function measureTracing(stage: Stage, options: Options): Promise<Tracing> {
  const collector: Collector = await startChild('collector', null);
  try {
    return {
      tokens: await measureKind(stage, 'tokens', collector, options),
      subscriptions: await measureKind(stage, 'subscriptions', collector, options),
    };
  } finally {
    await collector.stop();
  }
}

async function measureKind(
  stage: Stage,
  kind: ContactKind,
  collector: Collector,
  options: Options,
): Promise<Comparison> {
  const contacts = options.contacts ?? DEFAULT_CONTACTS;
  const untraced = await startBroadcasting(stage, `bench-untraced-${kind}`, kind, undefined);
  const traced = await startBroadcasting(stage, `bench-traced-${kind}`, kind, options.profileDir, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.ready.url,
  });
  try {
    for (const side of [untraced, traced]) {
      await seedContacts(side.db, DOMAIN, kind, contacts);
      await side.ours(DOMAIN, contacts);
    }
    await sleep(EXPORT_MS);
    if ((await collector.ask('spans')) === 0) throw new Error('The collector got no spans');
    return await compare(
      'contacts/s',
      options.rounds,
      () => untraced.ours(DOMAIN, contacts),
      () => traced.ours(DOMAIN, contacts),
    );
  } finally {
    for (const side of [untraced, traced]) await end(side);
  }
}

async function end(side: Broadcasting): Promise<void> {
  await side.stop();
  await side.db.dropDatabase();
}
