import { Injectable } from '@nestjs/common';
import { EventsRepository, type SendContext, type SendEvent } from './events.repository.js';

/** Keeps the history of what became of a message at each contact. */
@Injectable()
export class EventsService {
  constructor(private readonly events: EventsRepository) {}

  /** Writes outcomes; those that were written before stay as they are. */
  record(context: SendContext, events: readonly SendEvent[]): Promise<void> {
    return this.events.insertNew(context, events);
  }

  findRecordedOf(deliveryId: string, contactIds: readonly string[]): Promise<SendEvent[]> {
    return this.events.findOf(deliveryId, contactIds);
  }

  findRecordedInRange(
    deliveryId: string,
    { afterId, upToId }: { afterId: string; upToId: string },
  ): Promise<SendEvent[]> {
    return this.events.findInRange(deliveryId, afterId, upToId);
  }
}
