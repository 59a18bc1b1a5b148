import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors.js';
import { ContactLookUpsService } from '../push-contacts/contact-look-ups.service.js';
import type { DomainAnswer, DomainRequest, DomainStatsAnswer } from './domains.dto.js';
import { DomainsRepository, type PushConfiguration } from './domains.repository.js';

/** Keeps the push feature of each domain. */
@Injectable()
export class DomainsService {
  constructor(
    private readonly domains: DomainsRepository,
    private readonly contacts: ContactLookUpsService,
  ) {}

  /** Creates the domain or replaces its configuration; a missing flag means false, a missing external domain null. */
  async put(name: string, request: DomainRequest): Promise<void> {
    await this.domains.upsert(name, {
      isPushFeatureEnabled: request.isPushFeatureEnabled ?? false,
      usesExternalPushDomain: request.usesExternalPushDomain ?? false,
      externalPushDomain: request.externalPushDomain ?? null,
    });
  }

  /** Throws `resource_not_found` for a domain that was never put. */
  async getConfiguration(name: string): Promise<PushConfiguration> {
    const configuration = await this.domains.find(name);
    if (configuration === undefined) throw new AppError('resource_not_found', 'There is no domain of this name.');
    return configuration;
  }

  async get(name: string): Promise<DomainAnswer> {
    return { name, ...(await this.getConfiguration(name)) };
  }

  async isPushFeatureEnabled(name: string): Promise<boolean> {
    return (await this.getConfiguration(name)).isPushFeatureEnabled;
  }

  /** How many contacts the domain has. Throws `resource_not_found` for a domain that was never put. */
  async getStats(name: string): Promise<DomainStatsAnswer> {
    await this.getConfiguration(name);
    const { active, deleted } = await this.contacts.count(name);
    return { name, contactsStats: { deleted, active, total: deleted + active } };
  }
}
