import { Injectable } from '@nestjs/common';
import { HealthService } from '../health/health.service.js';
import { SendingState } from './sending-state.js';
import { ServerVersions } from './server-versions.js';
import type { SystemResponse } from './system.dto.js';

/** Describes the state of the whole installation. */
@Injectable()
export class SystemService {
  constructor(
    private readonly sending: SendingState,
    private readonly health: HealthService,
    private readonly versions: ServerVersions,
  ) {}

  /** Throws `database_unavailable` without MongoDB, which knows most of it. */
  async describe(): Promise<SystemResponse> {
    const [sending, dependencies, versions] = await Promise.all([
      this.sending.describe(),
      this.health.describeDependencies(),
      this.versions.find(),
    ]);
    return { ...sending, dependencies, versions };
  }
}
