import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../core/mongo/database-clock.js';
import { isRateKey, readDomainKey } from './throttle-keys.js';
import { ThrottleRepository } from './throttle.repository.js';

/** A push service that is paused for a domain, with any of its VAPID keys; null: for all domains. */
export interface PausedService {
  readonly service: string;
  readonly domain: string | null;
  readonly until: Date;
}

/** Lists which push services are paused. */
@Injectable()
export class PausedServices {
  constructor(private readonly repository: ThrottleRepository) {}

  /** The longest paused first. */
  async find(): Promise<PausedService[]> {
    const nowMs = databaseNow();
    const paused = new Map<string, PausedService>();
    for (const [key, { throttle }] of await this.repository.findAll(nowMs)) {
      if (throttle === undefined || throttle.untilMs <= nowMs || isRateKey(key)) continue;
      const { service, domain } = readDomainKey(key) ?? { service: key, domain: null };
      const ofBoth = JSON.stringify([service, domain]);
      const untilMs = Math.max(throttle.untilMs, paused.get(ofBoth)?.until.getTime() ?? 0);
      paused.set(ofBoth, { service, domain, until: new Date(untilMs) });
    }
    return [...paused.values()].sort((one, other) => other.until.getTime() - one.until.getTime());
  }
}
