import { Injectable } from '@nestjs/common';
import { AdvisoryLocks } from '../queue/advisory-locks.js';
import { Transactions, type Work } from './transactions.js';

/** Runs transactions that write documents which many processes write all the time. */
@Injectable()
export class ContendedTransactions {
  constructor(
    private readonly transactions: Transactions,
    private readonly locks: AdvisoryLocks,
  ) {}

  /**
   * As `Transactions.run`; the processes that run one under the same name take turns, so that MongoDB aborts
   * few of them. Without turns, as when Redis is unreachable, it is as correct.
   */
  run<T>(names: readonly string[], work: Work<T>): Promise<T> {
    return this.locks.run(names, () => this.transactions.run(work));
  }
}
