import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MessagesModule } from '../messages/messages.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { EncryptedFields } from '../security/encrypted-fields.js';
import { EncryptedIds } from '../security/encrypted-ids.js';
import { LinkSignatures } from '../security/link-signatures.js';
import { StatsModule } from '../stats/stats.module.js';
import { ContactEvents } from './contact-events.js';
import { ContactHistoryReader } from './contact-history.reader.js';
import { OpenService } from './open.service.js';
import { RefusedLinks } from './refused-links.js';
import { SendEventsRepository } from './send-events.repository.js';
import { WEB_PUSH_EVENT, webPushEventSchema } from './events.schema.js';
import { TrackedEventsRepository } from './tracked-events.repository.js';
import { TrackedEventsService } from './tracked-events.service.js';
import { TrackedMessages } from './tracked-messages.js';
import { TrackingLinkReader } from './tracking-link.reader.js';
import { TrackingLinksService } from './tracking-links.service.js';
import { TrackingService } from './tracking.service.js';
import { UnsubscribedEventsRepository } from './unsubscribed-events.repository.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: WEB_PUSH_EVENT, schema: webPushEventSchema }]),
    MessagesModule,
    PushContactsModule,
    StatsModule,
  ],
  providers: [
    SendEventsRepository,
    TrackedEventsRepository,
    EncryptedIds,
    EncryptedFields,
    LinkSignatures,
    OpenService,
    RefusedLinks,
    TrackedMessages,
    TrackingLinkReader,
    TrackingLinksService,
    TrackedEventsService,
    TrackingService,
    UnsubscribedEventsRepository,
    ContactEvents,
    ContactHistoryReader,
  ],
  exports: [
    ContactEvents,
    ContactHistoryReader,
    SendEventsRepository,
    TrackingLinksService,
    TrackingService,
    OpenService,
    UnsubscribedEventsRepository,
  ],
})
export class EventsModule {}
