import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '../core/config/config.js';
import { DomainConfigurationModule } from '../domain-configuration/domain-configuration.module.js';
import { DopplerModule } from '../doppler/doppler.module.js';
import { PushApiClientModule } from '../push-api-client/push-api-client.module.js';
import { ContactPruner } from './contact-pruner.js';
import { ContactUnsubscriber } from './contact-unsubscriber.js';
import { ContactQueriesRepository } from './contact-queries.repository.js';
import { ContactQueriesService } from './contact-queries.service.js';
import { PushServicesModule } from '../push-services/push-services.module.js';
import { PushContactsRepository } from './push-contacts.repository.js';
import { PUSH_CONTACT, pushContactSchema } from './push-contacts.schema.js';
import { PushContactsService } from './push-contacts.service.js';
import { VisitorContacts } from './visitor-contacts.js';
import { RateLimitsModule } from '../rate-limits/rate-limits.module.js';
import { RecipientsReader } from './recipients.reader.js';
import { KnownDomains } from './registration/known-domains.js';
import { RegistrationService } from './registration/registration.service.js';
import { Deliverability } from './deliverability.js';
import { StoredContactsReader } from './stored-contacts.reader.js';
import { SubscriptionProof } from './subscription-proof.js';
import { SubscriptionsService } from './subscriptions.service.js';

@Module({
  imports: [
    MongooseModule.forFeatureAsync([{ name: PUSH_CONTACT, useFactory: pushContactSchema, inject: [Config] }]),
    PushApiClientModule,
    PushServicesModule,
    DopplerModule,
    DomainConfigurationModule,
    RateLimitsModule,
  ],
  providers: [
    PushContactsRepository,
    PushContactsService,
    KnownDomains,
    Deliverability,
    SubscriptionProof,
    SubscriptionsService,
    RegistrationService,
    RecipientsReader,
    ContactPruner,
    ContactUnsubscriber,
    ContactQueriesRepository,
    ContactQueriesService,
    VisitorContacts,
    StoredContactsReader,
  ],
  exports: [
    VisitorContacts,
    StoredContactsReader,
    PushContactsService,
    RegistrationService,
    SubscriptionsService,
    RecipientsReader,
    ContactPruner,
    ContactUnsubscriber,
    ContactQueriesService,
  ],
})
export class PushContactsModule {}
