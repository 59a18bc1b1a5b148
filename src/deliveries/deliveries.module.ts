import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DopplerModule } from '../doppler/doppler.module.js';
import { EventsModule } from '../events/events.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { PushApiClientModule } from '../push-api-client/push-api-client.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { StatsModule } from '../stats/stats.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE } from './batch.job.js';
import { BatchesRepository } from './batches.repository.js';
import { DELIVERY_BATCH, deliveryBatchSchema } from './batches.schema.js';
import { BatchesService } from './batches.service.js';
import { CancellationService } from './cancellation.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DELIVERY, deliverySchema } from './deliveries.schema.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryBells } from './delivery-bells.js';
import { OverdueWorkService } from './overdue-work.service.js';
import { DELIVERY_PLANS_QUEUE } from './plan.job.js';
import { PlansService } from './plans.service.js';
import { ProgressService } from './progress.service.js';
import { PushServiceBrakesRepository } from './push-service-brakes.repository.js';
import { PUSH_SERVICE_BRAKE, pushServiceBrakeSchema } from './push-service-brakes.schema.js';
import { PushServiceBrakesService } from './push-service-brakes.service.js';
import { ReceivedVisitorsService } from './received-visitors.service.js';
import { RecipientsService } from './recipients.service.js';
import { SendersService } from './senders.service.js';
import { SettlementService } from './settlement.service.js';
import { VisitorListsService } from './visitor-lists.service.js';
import { VisitorOrdersService } from './visitor-orders.service.js';
import { VisitorSendsService } from './visitor-sends.service.js';

const QUEUES = [DELIVERY_PLANS_QUEUE, DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE];

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: DELIVERY, schema: deliverySchema },
      { name: DELIVERY_BATCH, schema: deliveryBatchSchema },
      { name: PUSH_SERVICE_BRAKE, schema: pushServiceBrakeSchema },
    ]),
    BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
    MessagesModule,
    PushContactsModule,
    EventsModule,
    StatsModule,
    PushApiClientModule,
    DopplerModule,
    IdempotencyModule,
  ],
  providers: [
    DeliveriesRepository,
    BatchesRepository,
    PushServiceBrakesRepository,
    DeliveryBells,
    DeliveriesService,
    VisitorOrdersService,
    VisitorSendsService,
    VisitorListsService,
    ReceivedVisitorsService,
    ProgressService,
    CancellationService,
    PlansService,
    RecipientsService,
    PushServiceBrakesService,
    SendersService,
    SettlementService,
    BatchesService,
    OverdueWorkService,
  ],
  exports: [
    DeliveryBells,
    DeliveriesService,
    VisitorSendsService,
    VisitorListsService,
    ProgressService,
    CancellationService,
    PlansService,
    BatchesService,
    OverdueWorkService,
  ],
})
export class DeliveriesModule {}
