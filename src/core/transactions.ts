import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';

/** What repositories take to join a transaction; services only pass it on. */
export type Transaction = ClientSession;

/** Runs writes to several collections as one. */
@Injectable()
export class Transactions {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /**
   * Commits everything that `work` writes, or nothing. `work` runs again when another transaction was in its way, so it
   * must have no effect but its writes.
   */
  async run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.connection.getClient().withSession((session) =>
      session.withTransaction(() => work(session), {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
      }),
    );
  }
}
