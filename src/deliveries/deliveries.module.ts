import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DopplerModule } from '../doppler/doppler.module.js';
import { EventsModule } from '../events/events.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { PushApiClientModule } from '../push-api-client/push-api-client.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { StatsModule } from '../stats/stats.module.js';
import { BatchContentsService } from './batch-contents.service.js';
import { DELIVERY_BATCHES_QUEUE } from './batch.job.js';
import { BatchesRepository } from './batches.repository.js';
import { BatchesService } from './batches.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DELIVERY, DELIVERY_BATCH, deliveryBatchSchema, deliverySchema } from './deliveries.schema.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryBells } from './delivery-bells.js';
import { OverdueWorkService } from './overdue-work.service.js';
import { DELIVERY_PLANS_QUEUE } from './plan.job.js';
import { PlansService } from './plans.service.js';
import { SendersService } from './senders.service.js';
import { SettlementService } from './settlement.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: DELIVERY, schema: deliverySchema },
      { name: DELIVERY_BATCH, schema: deliveryBatchSchema },
    ]),
    BullModule.registerQueue({ name: DELIVERY_PLANS_QUEUE }, { name: DELIVERY_BATCHES_QUEUE }),
    MessagesModule,
    PushContactsModule,
    EventsModule,
    StatsModule,
    PushApiClientModule,
    DopplerModule,
  ],
  providers: [
    DeliveriesRepository,
    BatchesRepository,
    DeliveryBells,
    DeliveriesService,
    PlansService,
    BatchContentsService,
    BatchesService,
    SendersService,
    SettlementService,
    OverdueWorkService,
  ],
  exports: [DeliveryBells, DeliveriesService, PlansService, BatchesService, OverdueWorkService],
})
export class DeliveriesModule {}
