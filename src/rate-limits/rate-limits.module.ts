import { Module } from '@nestjs/common';
import { RateCounters } from './rate-counters.js';

@Module({ providers: [RateCounters], exports: [RateCounters] })
export class RateLimitsModule {}
