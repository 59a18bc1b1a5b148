import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { UnsubscribingService } from './unsubscribing.service.js';

@Module({
  imports: [PushContactsModule, EventsModule],
  providers: [UnsubscribingService],
  exports: [UnsubscribingService],
})
export class UnsubscribingModule {}
