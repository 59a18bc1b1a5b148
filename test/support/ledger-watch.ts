import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Installation } from './installation.js';
import { type StoredDocument, type TestDatabase, uuid } from './test-database.js';

const POLL_MS = 250;

export interface LedgerWatch {
  /**
   * Stops watching. Fails if a snapshot did not add up, or if none was taken in the middle of the broadcast.
   */
  expectAddedUp(): Promise<void>;
}

/**
 * Takes snapshots of a message's ledger while it is sent. In each, planned = settled + pending, the counters
 * equal the settled contacts, each settled contact has its event, and settled never decreases.
 */
export function watchLedger(product: Installation, messageId: string): LedgerWatch {
  const problems: string[] = [];
  let moments = 0;
  let settledBefore = 0;
  let isStopping = false;

  async function look(): Promise<void> {
    const ledger = await readLedger(product.db, messageId);
    if (ledger === undefined) return;
    const { planned, settled, pending, ofMessage, ofHours, events } = ledger;
    const text = JSON.stringify(ledger);
    if (planned !== settled + pending) problems.push(`planned is not settled + pending: ${text}`);
    if (ofMessage !== settled || ofHours !== settled) problems.push(`the counters are not what is settled: ${text}`);
    if (settled < settledBefore) problems.push(`settled before were ${settledBefore}: ${text}`);
    if (events < settled) problems.push(`outcomes without events: ${text}`);
    settledBefore = settled;
    if (settled > 0 && settled < planned) moments += 1;
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      await look().catch((error: unknown) => {
        // While the primary changes, reads fail; the next look is later.
        if (!(error instanceof mongoose.mongo.MongoError)) throw error;
      });
      await sleep(POLL_MS, undefined, { ref: false });
    }
  }

  const running = run();
  return {
    async expectAddedUp() {
      isStopping = true;
      await running;
      expect(problems).toEqual([]);
      expect(moments).toBeGreaterThan(0);
    },
  };
}

interface Ledger {
  readonly planned: number;
  readonly settled: number;
  readonly pending: number;
  readonly ofMessage: number;
  readonly ofHours: number;
  readonly events: number;
}

async function readLedger(db: TestDatabase, messageId: string): Promise<Ledger | undefined> {
  const ofMessage = { message_id: uuid(messageId) };
  return db.atOneMoment(async (moment) => {
    const [delivery] = await moment.find('deliveries', ofMessage);
    const [message] = await moment.find('messages', ofMessage);
    if (delivery === undefined) return undefined;
    const id = delivery._id as string;
    return {
      planned: Number(delivery.planned),
      settled: Number(delivery.delivered) + Number(delivery.not_delivered),
      pending: sumOf(await moment.find('deliveryBatches', { delivery_id: id, state: 'pending' }), 'contacts'),
      ofMessage: Number(message?.sent),
      ofHours: sumOf(await moment.find('messageStats', ofMessage), 'sent'),
      // `_id` begins with the delivery's id, and only `_id` has an index.
      events: await moment.count('webPushEvent', { _id: { $gt: `${id}:`, $lt: `${id};` } }),
    };
  });
}

function sumOf(documents: readonly StoredDocument[], field: string): number {
  return documents.reduce((sum, document) => sum + Number(document[field]), 0);
}
