import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { StatsModule } from '../stats/stats.module.js';
import { MessageListService } from './message-list.service.js';
import { SingleMessageService } from './single-message.service.js';

@Module({
  imports: [MessagesModule, StatsModule, DeliveriesModule],
  providers: [MessageListService, SingleMessageService],
  exports: [MessageListService, SingleMessageService],
})
export class MessageReportsModule {}
