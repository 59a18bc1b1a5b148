import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DopplerModule } from '../doppler/doppler.module.js';
import { EventsModule } from '../events/events.module.js';
import { PushContactsModule } from '../push-contacts/push-contacts.module.js';
import { EncryptedFields } from '../security/encrypted-fields.js';
import { Eraser } from './eraser.js';
import { ErasureFailures } from './erasure-failures.js';
import { ErasureFinisher } from './erasure-finisher.js';
import { ErasuresRepository } from './erasures.repository.js';
import { ERASURE, erasureSchema } from './erasures.schema.js';
import { PersonFinder } from './person-finder.js';
import { PersonIds } from './person-ids.js';
import { PersonReader } from './person-reader.js';
import { VisitorDataService } from './visitor-data.service.js';
import { WorkUnderWay } from './work-under-way.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: ERASURE, schema: erasureSchema }]),
    PushContactsModule,
    DopplerModule,
    DeliveriesModule,
    EventsModule,
  ],
  providers: [
    EncryptedFields,
    Eraser,
    ErasureFailures,
    ErasureFinisher,
    ErasuresRepository,
    PersonFinder,
    PersonIds,
    PersonReader,
    VisitorDataService,
    WorkUnderWay,
  ],
  exports: [ErasureFinisher, VisitorDataService],
})
export class VisitorDataModule {}
