import { Module } from '@nestjs/common';
import { getModelToken, MongooseModule } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
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
import { ContactCountsReader } from './counting/contact-counts.reader.js';
import { ContactCounter } from './counting/contact-counter.js';
import { ContactDaysRepository } from './counting/contact-days.repository.js';
import { CONTACT_DAY, contactDaySchema } from './counting/contact-days.schema.js';
import { ContactTotalsRepository } from './counting/contact-totals.repository.js';
import { CONTACT_TOTALS, contactTotalsSchema } from './counting/contact-totals.schema.js';
import { GrowthService } from './counting/growth.service.js';
import { RecountsService } from './counting/recounts.service.js';
import { KnownInstallations } from './registration/known-installations.js';
import { ContactIdentityService } from './contact-identity.service.js';
import { ContactWrites } from './registration/contact-writes.js';
import { NewContactsRepository } from './registration/new-contacts.repository.js';
import { Deliverability } from './deliverability.js';
import { StoredContactsReader } from './stored-contacts.reader.js';
import { SubscriptionProof } from './subscription-proof.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { ContactTokens } from './tokens/contact-tokens.js';
import { CONTACT_TOKEN, type ContactTokenDocument, contactTokenSchema } from './tokens/contact-tokens.schema.js';
import { IndexedTokens } from './tokens/indexed-tokens.js';
import { TokenEntries } from './tokens/token-entries.js';

@Module({
  imports: [
    MongooseModule.forFeatureAsync([{ name: PUSH_CONTACT, useFactory: pushContactSchema, inject: [Config] }]),
    MongooseModule.forFeature([
      { name: CONTACT_DAY, schema: contactDaySchema },
      { name: CONTACT_TOTALS, schema: contactTotalsSchema },
      { name: CONTACT_TOKEN, schema: contactTokenSchema },
    ]),
    PushApiClientModule,
    PushServicesModule,
    DopplerModule,
    DomainConfigurationModule,
    RateLimitsModule,
  ],
  providers: [
    {
      provide: ContactTokens,
      useFactory: ({ mongodb }: Config, entries: Model<ContactTokenDocument>) =>
        mongodb.contactKey === 'domain' ? new TokenEntries(entries) : new IndexedTokens(),
      inject: [Config, getModelToken(CONTACT_TOKEN)],
    },
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
    ContactDaysRepository,
    ContactTotalsRepository,
    ContactCounter,
    ContactCountsReader,
    RecountsService,
    GrowthService,
    NewContactsRepository,
    ContactWrites,
    KnownInstallations,
    ContactIdentityService,
  ],
  exports: [
    ContactIdentityService,
    RecountsService,
    GrowthService,
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
