import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '../core/config/config.js';
import { DomainsReader } from './domains.reader.js';
import { DOMAIN, domainSchema } from './domains.schema.js';

/** What deliveries read of domains, below both of them. */
@Module({
  imports: [MongooseModule.forFeatureAsync([{ name: DOMAIN, useFactory: domainSchema, inject: [Config] }])],
  providers: [DomainsReader],
  exports: [DomainsReader, MongooseModule],
})
export class DomainConfigurationModule {}
