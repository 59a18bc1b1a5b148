import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { EventsRepository } from './events.repository.js';
import { WEB_PUSH_EVENT, webPushEventSchema } from './events.schema.js';
import { EventsService } from './events.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: WEB_PUSH_EVENT, schema: webPushEventSchema }])],
  providers: [EventsRepository, EventsService],
  exports: [EventsService],
})
export class EventsModule {}
