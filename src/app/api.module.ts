import { Module } from '@nestjs/common';
import { AuditController } from '../audit/audit.controller.js';
import { AuditModule } from '../audit/audit.module.js';
import { BroadcastsController } from '../deliveries/accept/broadcasts.controller.js';
import { ComposeController } from '../deliveries/compose/compose.controller.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { ProgressController } from '../deliveries/progress/progress.controller.js';
import { VisitorSendsController } from '../deliveries/accept/visitor-sends.controller.js';
import { ConsoleController } from '../console/console.controller.js';
import { ConsoleModule } from '../console/console.module.js';
import { DiagnosisController } from '../diagnosis/diagnosis.controller.js';
import { DiagnosisModule } from '../diagnosis/diagnosis.module.js';
import { DomainsController } from '../domains/domains.controller.js';
import { DomainsModule } from '../domains/domains.module.js';
import { EventsModule } from '../events/events.module.js';
import { TrackingController } from '../events/tracking.controller.js';
import { MessageReportsController } from '../message-reports/message-reports.controller.js';
import { MessageReportsModule } from '../message-reports/message-reports.module.js';
import { ContactQueriesController } from '../push-contacts/contact-queries.controller.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { PruneBreakerController } from '../deliveries/pruning/prune-breaker.controller.js';
import { GrowthController } from '../push-contacts/counting/growth.controller.js';
import { PushContactsController } from '../push-contacts/push-contacts.controller.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { PushScriptController } from '../push-script/push-script.controller.js';
import { PushScriptModule } from '../push-script/push-script.module.js';
import { RateLimitsModule } from '../rate-limits/rate-limits.module.js';
import { TokenController } from '../security/token.controller.js';
import { SiteController } from '../health/site.controller.js';
import { StatsController } from '../stats/stats.controller.js';
import { StatsModule } from '../stats/stats.module.js';
import { SystemController } from '../system/system.controller.js';
import { SystemModule } from '../system/system.module.js';
import { UnsubscribingController } from '../unsubscribing/unsubscribing.controller.js';
import { UnsubscribingModule } from '../unsubscribing/unsubscribing.module.js';
import { VisitorDataController } from '../visitor-data/visitor-data.controller.js';
import { VisitorDataModule } from '../visitor-data/visitor-data.module.js';

/** Modules and controllers of the mode `api`. */
@Module({
  imports: [
    AuditModule,
    PushContactsModule,
    DomainsModule,
    DeliveriesModule,
    EventsModule,
    UnsubscribingModule,
    StatsModule,
    MessageReportsModule,
    PushScriptModule,
    VisitorDataModule,
    DiagnosisModule,
    RateLimitsModule,
    SystemModule,
    MonitoringModule,
    ConsoleModule,
  ],
  controllers: [
    PushContactsController,
    ContactQueriesController,
    GrowthController,
    UnsubscribingController,
    DomainsController,
    BroadcastsController,
    VisitorSendsController,
    ComposeController,
    ProgressController,
    PruneBreakerController,
    TrackingController,
    StatsController,
    MessageReportsController,
    PushScriptController,
    VisitorDataController,
    DiagnosisController,
    AuditController,
    TokenController,
    SystemController,
    SiteController,
    ConsoleController,
  ],
})
export class ApiModule {}
