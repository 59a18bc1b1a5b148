import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DomainConfigurationModule } from '../domain-configuration/domain-configuration.module.js';
import { EventsModule } from '../events/events.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { PushApiClientModule } from '../push-api-client/push-api-client.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { StatsModule } from '../stats/stats.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE } from './jobs/batch.job.js';
import { BatchesRepository } from './ledger/batches.repository.js';
import { WaitingBatchesReader } from './ledger/waiting-batches.reader.js';
import { DELIVERY_BATCH, deliveryBatchSchema } from './ledger/batches.schema.js';
import { MessageStatesReader } from './ledger/message-states.reader.js';
import { BatchSender } from './send/batch-sender.js';
import { BatchRunner } from './send/batch-runner.js';
import { Cancellation } from './progress/cancellation.js';
import { DeliveriesReader } from './ledger/deliveries.reader.js';
import { DeliveriesRepository } from './ledger/deliveries.repository.js';
import { DELIVERY, deliverySchema } from './ledger/deliveries.schema.js';
import { AcceptedSends } from './accept/accepted-sends.js';
import { BroadcastsService } from './accept/broadcasts.service.js';
import { DeliveryJobs } from './jobs/delivery-jobs.js';
import { WorkerPresence } from './jobs/worker-presence.js';
import { OverdueDeliveries } from './recovery/overdue-deliveries.js';
import { DELIVERY_PLANS_QUEUE } from './jobs/plan.job.js';
import { BatchCutter } from './plan/batch-cutter.js';
import { Planner } from './plan/planner.js';
import { ProgressService } from './progress/progress.service.js';
import { PruneBreakerRepository } from './pruning/prune-breaker.repository.js';
import { PRUNE_BREAKER, pruneBreakerSchema } from './pruning/prune-breaker.schema.js';
import { PruneBreakerService } from './pruning/prune-breaker.service.js';
import { PruningService } from './pruning/pruning.service.js';
import { PauseLog } from './send/throttling/pause-log.js';
import { PausedServices } from './send/throttling/paused-services.js';
import { PushServiceObserver } from './send/throttling/push-service-observer.js';
import { ThrottleRepository } from './send/throttling/throttle.repository.js';
import { THROTTLE, throttleSchema } from './send/throttling/throttle.schema.js';
import { ThrottlingService } from './send/throttling/throttling.service.js';
import { ArrivingLists } from './ledger/arriving-lists.js';
import { ARRIVING_LIST, arrivingListSchema } from './ledger/arriving-lists.schema.js';
import { RecentDeliveriesReader } from './ledger/recent-deliveries.reader.js';
import { UnfinishedWorkReader } from './ledger/unfinished-work.reader.js';
import { ContactDeliveriesReader } from './ledger/contact-deliveries.reader.js';
import { VisitorBatches } from './ledger/visitor-batches.js';
import { VisitorListStaging } from './plan/visitor-list-staging.js';
import { BatchHandover } from './send/batch-handover.js';
import { BatchReader } from './send/batch-reader.js';
import { MessageDispatcher } from './send/dispatcher.js';
import { Settlement } from './settle/settlement.js';
import { ImmediateSendsService } from './accept/immediate-sends.service.js';
import { MessagePreviewsService } from './compose/message-previews.service.js';
import { TestSendsService } from './compose/test-sends.service.js';
import { VisitorListsService } from './accept/visitor-lists.service.js';
import { VisitorDeliveries } from './accept/visitor-deliveries.js';
import { VisitorSendsService } from './accept/visitor-sends.service.js';

const QUEUES = [DELIVERY_PLANS_QUEUE, DELIVERY_BATCHES_QUEUE, VISITOR_BATCHES_QUEUE];

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: DELIVERY, schema: deliverySchema },
      { name: DELIVERY_BATCH, schema: deliveryBatchSchema },
      { name: ARRIVING_LIST, schema: arrivingListSchema },
      { name: THROTTLE, schema: throttleSchema },
      { name: PRUNE_BREAKER, schema: pruneBreakerSchema },
    ]),
    BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
    MessagesModule,
    PushContactsModule,
    EventsModule,
    StatsModule,
    PushApiClientModule,
    PushServicesModule,
    IdempotencyModule,
    DomainConfigurationModule,
  ],
  providers: [
    DeliveriesReader,
    DeliveriesRepository,
    BatchesRepository,
    WaitingBatchesReader,
    PruneBreakerRepository,
    PruneBreakerService,
    PruningService,
    ThrottleRepository,
    PauseLog,
    DeliveryJobs,
    WorkerPresence,
    AcceptedSends,
    BroadcastsService,
    VisitorDeliveries,
    VisitorSendsService,
    ImmediateSendsService,
    MessagePreviewsService,
    TestSendsService,
    VisitorListsService,
    VisitorListStaging,
    ProgressService,
    Cancellation,
    BatchCutter,
    Planner,
    BatchReader,
    ThrottlingService,
    PushServiceObserver,
    MessageDispatcher,
    Settlement,
    BatchHandover,
    BatchSender,
    BatchRunner,
    OverdueDeliveries,
    VisitorBatches,
    ContactDeliveriesReader,
    ArrivingLists,
    RecentDeliveriesReader,
    MessageStatesReader,
    UnfinishedWorkReader,
    PausedServices,
  ],
  exports: [
    WorkerPresence,
    WaitingBatchesReader,
    UnfinishedWorkReader,
    PausedServices,
    PruneBreakerService,
    DeliveryJobs,
    BroadcastsService,
    VisitorSendsService,
    ImmediateSendsService,
    MessagePreviewsService,
    TestSendsService,
    VisitorListsService,
    ProgressService,
    Cancellation,
    Planner,
    BatchRunner,
    OverdueDeliveries,
    VisitorBatches,
    ContactDeliveriesReader,
    ArrivingLists,
    RecentDeliveriesReader,
    MessageStatesReader,
  ],
})
export class DeliveriesModule {}
