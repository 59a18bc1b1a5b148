import { HttpModule } from '@nestjs/axios';
import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DOPPLER_VISITORS_QUEUE } from './doppler-visitor.job.js';
import { DopplerVisitorsRepository } from './doppler-visitors.repository.js';
import { DOPPLER_VISITOR, dopplerVisitorSchema } from './doppler-visitors.schema.js';
import { DopplerVisitorsService } from './doppler-visitors.service.js';
import { VisitorHandOvers } from './visitor-hand-overs.js';
import { DopplerClient } from './doppler.client.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: DOPPLER_VISITOR, schema: dopplerVisitorSchema }]),
    BullModule.registerQueue({ name: DOPPLER_VISITORS_QUEUE }),
    HttpModule.register({ proxy: false }),
  ],
  providers: [DopplerVisitorsRepository, DopplerVisitorsService, DopplerClient, VisitorHandOvers],
  exports: [DopplerVisitorsService, VisitorHandOvers],
})
export class DopplerModule {}
