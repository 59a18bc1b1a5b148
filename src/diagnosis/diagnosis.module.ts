import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { EventsModule } from '../events/events.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { ContactSearchService } from './contact-search.service.js';
import { DiagnosisService } from './diagnosis.service.js';
import { FactsReader } from './facts.reader.js';
import { HistoryService } from './history.service.js';

@Module({
  imports: [PushContactsModule, PushServicesModule, MessagesModule, EventsModule, DeliveriesModule],
  providers: [ContactSearchService, FactsReader, HistoryService, DiagnosisService],
  exports: [ContactSearchService, HistoryService, DiagnosisService],
})
export class DiagnosisModule {}
