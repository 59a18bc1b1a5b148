import { Injectable } from '@nestjs/common';
import { EventsRepository, type SendContext, type SendEvent } from './events.repository.js';

/** Keeps the history of what happened at each contact. */
@Injectable()
export class EventsService {
  constructor(private readonly events: EventsRepository) {}

  /** Writes the outcomes of a batch; those that were written before stay as they are. */
  record(context: SendContext, events: readonly SendEvent[]): Promise<void> {
    return this.events.insertNew(context, events);
  }

  findRecorded(deliveryId: string, contactIds: readonly string[]): Promise<SendEvent[]> {
    return this.events.findWritten(deliveryId, contactIds);
  }
}
