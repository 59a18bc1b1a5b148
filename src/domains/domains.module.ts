import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '../core/config.js';
import { DomainsRepository } from './domains.repository.js';
import { DOMAIN, domainSchema } from './domains.schema.js';
import { DomainsService } from './domains.service.js';

@Module({
  imports: [MongooseModule.forFeatureAsync([{ name: DOMAIN, useFactory: domainSchema, inject: [Config] }])],
  providers: [DomainsRepository, DomainsService],
  exports: [DomainsService],
})
export class DomainsModule {}
