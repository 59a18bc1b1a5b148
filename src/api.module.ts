import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { DomainsController } from './domains/domains.controller.js';
import { DomainsModule } from './domains/domains.module.js';
import { PushContactsController } from './push-contacts/push-contacts.controller.js';
import { PushContactsModule } from './push-contacts/push-contacts.module.js';
import { PushScriptController } from './push-script/push-script.controller.js';
import { PushScriptModule } from './push-script/push-script.module.js';
import { SiteController } from './health/site.controller.js';
import { StatsController } from './stats/stats.controller.js';
import { StatsModule } from './stats/stats.module.js';

/** Root of mode `api`: the features with every controller. */
@Module({
  imports: [PushContactsModule, DomainsModule, DeliveriesModule, StatsModule, PushScriptModule],
  controllers: [
    PushContactsController,
    DomainsController,
    DeliveriesController,
    StatsController,
    PushScriptController,
    SiteController,
  ],
})
export class ApiModule {}
