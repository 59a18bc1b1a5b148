import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { ProgressController } from './deliveries/progress.controller.js';
import { VisitorSendsController } from './deliveries/visitor-sends.controller.js';
import { DomainsController } from './domains/domains.controller.js';
import { DomainsModule } from './domains/domains.module.js';
import { EventsModule } from './events/events.module.js';
import { TrackingController } from './events/tracking.controller.js';
import { ContactLookUpsController } from './push-contacts/contact-look-ups.controller.js';
import { PushContactsController } from './push-contacts/push-contacts.controller.js';
import { PushContactsModule } from './push-contacts/push-contacts.module.js';
import { SiteController } from './health/site.controller.js';
import { StatsController } from './stats/stats.controller.js';
import { StatsModule } from './stats/stats.module.js';

/** Root of mode `api`: the features with every controller. */
@Module({
  imports: [PushContactsModule, DomainsModule, DeliveriesModule, EventsModule, StatsModule],
  controllers: [
    PushContactsController,
    ContactLookUpsController,
    DomainsController,
    DeliveriesController,
    VisitorSendsController,
    ProgressController,
    TrackingController,
    StatsController,
    SiteController,
  ],
})
export class ApiModule {}
