import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { DomainConfigurationModule } from '../domain-configuration/domain-configuration.module.js';
import { DomainsRepository } from './domains.repository.js';
import { DomainsService } from './domains.service.js';

@Module({
  imports: [DomainConfigurationModule, PushContactsModule, DeliveriesModule],
  providers: [DomainsRepository, DomainsService],
  exports: [DomainsService],
})
export class DomainsModule {}
