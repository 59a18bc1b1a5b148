import { Injectable } from '@nestjs/common';
import { chunk } from '../core/async/chunk.js';
import { VisitorBatches } from '../deliveries/ledger/visitor-batches.js';
import { VisitorHandOvers } from '../doppler/visitor-hand-overs.js';
import { ContactEvents } from '../events/contact-events.js';
import { VisitorContacts } from '../push-contacts/visitor-contacts.js';
import { Eraser } from './eraser.js';
import type { ErasedData } from './erasures.repository.js';
import type { StoredRecordResponse, StoredRecordSource } from './visitor-data.dto.js';

/** Contacts whose documents are in memory at once. */
const CONTACTS_AT_ONCE = 100;

/** Reads a person's documents from all collections. */
@Injectable()
export class PersonReader {
  constructor(
    private readonly contacts: VisitorContacts,
    private readonly handOvers: VisitorHandOvers,
    private readonly batches: VisitorBatches,
    private readonly events: ContactEvents,
    private readonly eraser: Eraser,
  ) {}

  async *read(data: ErasedData): AsyncGenerator<StoredRecordResponse> {
    const deliveryIds = await this.eraser.findDeliveryIds(data);
    for (const ids of chunk(data.contactIds, CONTACTS_AT_ONCE)) {
      yield* toRecords('contacts', await this.contacts.read(ids));
      yield* toRecords('handOvers', await this.handOvers.read(ids));
      yield* toRecords('events', this.events.read(ids, deliveryIds));
    }
    yield* toRecords('sends', this.batches.read(data));
  }
}

async function* toRecords(
  source: StoredRecordSource,
  documents: AsyncIterable<object> | Iterable<object>,
): AsyncGenerator<StoredRecordResponse> {
  for await (const document of documents) yield { source, document };
}
