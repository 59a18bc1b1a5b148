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
import { DayCountsReader } from './day-counts.reader.js';
import { MESSAGE_DAYS, messageDaysSchema, ROLL_UP, rollUpSchema } from './message-days.schema.js';
import { MessageDaysRepository } from './message-days.repository.js';
import { MessageHoursRepository } from './message-hours.repository.js';
import { RollUpsRepository } from './roll-ups.repository.js';
import { RollUpsService } from './roll-ups.service.js';
import { MESSAGE_STATS, messageStatsSchema } from './stats.schema.js';
import { StatsService } from './stats.service.js';

@Module({
  imports: [
    MongooseModule.forFeatureAsync([
      { name: MESSAGE_STATS, useFactory: messageStatsSchema, inject: [Config] },
      { name: MESSAGE_DAYS, useFactory: messageDaysSchema, inject: [Config] },
    ]),
    MongooseModule.forFeature([{ name: ROLL_UP, schema: rollUpSchema }]),
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
    MessageDaysRepository,
    MessageHoursRepository,
    RollUpsRepository,
    RollUpsService,
    DayCountsReader,
  ],
  exports: [RollUpsService, StatsService, ReportsService, MessageReportService, GoneShareReader, MessageHoursReader],
})
export class StatsModule {}
