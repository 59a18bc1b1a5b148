import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DomainMessagesReader } from './domain-messages.reader.js';
import { MessageCountersRepository } from './message-counters.repository.js';
import { MessagesReader } from './messages.reader.js';
import { MessagesRepository } from './messages.repository.js';
import { MESSAGE, messageSchema } from './messages.schema.js';
import { MessagesService } from './messages.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: MESSAGE, schema: messageSchema }])],
  providers: [MessagesRepository, MessagesService, MessagesReader, DomainMessagesReader, MessageCountersRepository],
  exports: [MessagesService, MessagesReader, DomainMessagesReader, MessageCountersRepository],
})
export class MessagesModule {}
