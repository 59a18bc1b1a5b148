import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '../core/config.js';
import { DopplerModule } from '../doppler/doppler.module.js';
import { PushApiClientModule } from '../push-api-client/push-api-client.module.js';
import { ContactLookUpsRepository } from './contact-look-ups.repository.js';
import { ContactLookUpsService } from './contact-look-ups.service.js';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { PushContactsRepository } from './push-contacts.repository.js';
import { PUSH_CONTACT, pushContactSchema } from './push-contacts.schema.js';
import { PushContactsService } from './push-contacts.service.js';

@Module({
  imports: [
    MongooseModule.forFeatureAsync([{ name: PUSH_CONTACT, useFactory: pushContactSchema, inject: [Config] }]),
    PushApiClientModule,
    PushServicesModule,
    DopplerModule,
  ],
  providers: [PushContactsRepository, PushContactsService, ContactLookUpsRepository, ContactLookUpsService],
  exports: [PushContactsService, ContactLookUpsService],
})
export class PushContactsModule {}
