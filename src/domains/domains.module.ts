import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '../core/config.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { DomainsRepository } from './domains.repository.js';
import { DOMAIN, domainSchema } from './domains.schema.js';
import { DomainsService } from './domains.service.js';

@Module({
  imports: [
    MongooseModule.forFeatureAsync([{ name: DOMAIN, useFactory: domainSchema, inject: [Config] }]),
    PushContactsModule,
  ],
  providers: [DomainsRepository, DomainsService],
  exports: [DomainsService],
})
export class DomainsModule {}
