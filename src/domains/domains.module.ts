import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { DomainConfigurationModule } from '../domain-configuration/domain-configuration.module.js';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { DomainListService } from './domain-list.service.js';
import { DomainVapidKeysService } from './domain-vapid-keys.service.js';
import { DomainsRepository } from './domains.repository.js';
import { DomainsService } from './domains.service.js';

@Module({
  imports: [DomainConfigurationModule, PushContactsModule, PushServicesModule, DeliveriesModule],
  providers: [DomainsRepository, DomainsService, DomainListService, DomainVapidKeysService],
  exports: [DomainsService, DomainListService, DomainVapidKeysService],
})
export class DomainsModule {}
