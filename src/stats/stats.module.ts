import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '../core/config/config.js';
import { MessagesModule } from '../messages/messages.module.js';
import { GoneShareReader } from './gone-share.reader.js';
import { MessageHoursReader } from './message-hours.reader.js';
import { MessageReportService } from './message-report.service.js';
import { ReportsRepository } from './reports.repository.js';
import { ReportsService } from './reports.service.js';
import { StatsRepository } from './stats.repository.js';
import { MESSAGE_STATS, messageStatsSchema } from './stats.schema.js';
import { StatsService } from './stats.service.js';

@Module({
  imports: [
    MongooseModule.forFeatureAsync([{ name: MESSAGE_STATS, useFactory: messageStatsSchema, inject: [Config] }]),
    MessagesModule,
  ],
  providers: [
    StatsRepository,
    StatsService,
    ReportsRepository,
    ReportsService,
    MessageReportService,
    GoneShareReader,
    MessageHoursReader,
  ],
  exports: [StatsService, ReportsService, MessageReportService, GoneShareReader, MessageHoursReader],
})
export class StatsModule {}
