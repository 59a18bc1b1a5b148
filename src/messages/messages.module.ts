import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MessageCountersRepository } from './message-counters.repository.js';
import { MessagesReader } from './messages.reader.js';
import { MessagesRepository } from './messages.repository.js';
import { MESSAGE, messageSchema } from './messages.schema.js';
import { MessagesService } from './messages.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: MESSAGE, schema: messageSchema }])],
  providers: [MessagesRepository, MessagesService, MessagesReader, MessageCountersRepository],
  exports: [MessagesService, MessagesReader, MessageCountersRepository],
})
export class MessagesModule {}
