import type { Connection } from 'mongoose';
import { Transactions } from '../../src/core/mongo/transactions.js';
import { ContactCounter } from '../../src/push-contacts/counting/contact-counter.js';
import { ContactCountsReader } from '../../src/push-contacts/counting/contact-counts.reader.js';
import { ContactDaysRepository } from '../../src/push-contacts/counting/contact-days.repository.js';
import { CONTACT_DAY, contactDaySchema } from '../../src/push-contacts/counting/contact-days.schema.js';
import { ContactTotalsRepository } from '../../src/push-contacts/counting/contact-totals.repository.js';
import { CONTACT_TOTALS, contactTotalsSchema } from '../../src/push-contacts/counting/contact-totals.schema.js';

/** What counts contacts, on a connection of a test. */
export interface ContactCounting {
  readonly transactions: Transactions;
  readonly days: ContactDaysRepository;
  readonly totals: ContactTotalsRepository;
  readonly reader: ContactCountsReader;
  /** Makes a counter with a lane of its own. */
  readonly newCounter: () => ContactCounter;
}

/** Defines the models of the counters. Call it before the indexes of the connection are made. */
export function countContacts(connection: Connection): ContactCounting {
  const days = new ContactDaysRepository(connection.model(CONTACT_DAY, contactDaySchema) as never);
  const totals = new ContactTotalsRepository(connection.model(CONTACT_TOTALS, contactTotalsSchema) as never);
  const transactions = new Transactions(connection);
  return {
    transactions,
    days,
    totals,
    reader: new ContactCountsReader(totals, days),
    newCounter: () => new ContactCounter(transactions, days, totals),
  };
}
