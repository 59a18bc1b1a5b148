import { Injectable } from '@nestjs/common';
import { Config } from '../../core/config/config.js';
import { AppError } from '../../core/errors/errors.js';
import { RateCounters } from '../../rate-limits/rate-counters.js';
import type { RegisterContactRequest } from '../push-contacts.dto.js';
import { PushContactsService } from '../push-contacts.service.js';
import { KnownDomains } from './known-domains.js';
import { isOriginOf } from './origins.js';

const MINUTE_MS = 60_000;

/** Registers contacts by the settings REGISTRATION, …_ORIGINS and …_QUOTA_PER_MINUTE. */
@Injectable()
export class RegistrationService {
  private readonly rules: Config['registration'];

  constructor(
    config: Config,
    private readonly domains: KnownDomains,
    private readonly counters: RateCounters,
    private readonly contacts: PushContactsService,
  ) {
    this.rules = config.registration;
  }

  /**
   * Registers a contact as `PushContactsService.register` does. Throws, before PushApi is asked,
   * `registration_refused` for a domain that takes no contacts, and `origin_refused` for a page that is not
   * of the domain; and `registration_quota_reached` when the domain has its new and revived contacts of the
   * minute. A contact that is active already costs no quota.
   *
   * @param origin the header `Origin` of the request.
   */
  async register(request: RegisterContactRequest, origin: string | undefined): Promise<void> {
    await this.assertAccepted(request.domain, origin);
    const hasQuota = this.rules.quotaPerMinute > 0;
    await this.contacts.register(request, hasQuota ? () => this.takeQuota(request.domain) : undefined);
  }

  private async assertAccepted(domain: string, origin: string | undefined): Promise<void> {
    const { domains, origins } = this.rules;
    if (domains === 'any' && origins === 'any') return;
    const configuration = await this.domains.find(domain);
    if (domains !== 'any' && configuration === undefined) {
      throw new AppError('registration_refused', 'There is no domain of this name.');
    }
    if (domains === 'enabled' && configuration?.isPushFeatureEnabled !== true) {
      throw new AppError('registration_refused', 'The push feature of this domain is switched off.');
    }
    if (origins === 'domain' && !isOriginOf(origin, domain, configuration)) {
      throw new AppError('origin_refused', 'Contacts of this domain are registered from its own pages, by https.');
    }
  }

  /** While Redis does not count, every contact is taken. */
  private async takeQuota(domain: string): Promise<void> {
    const { quotaPerMinute } = this.rules;
    const counted = await this.counters.countRegistration(`quota:${domain}`, MINUTE_MS);
    if (counted === undefined || counted.count <= quotaPerMinute) return;
    throw new AppError('registration_quota_reached', `This domain takes ${quotaPerMinute} new contacts a minute.`, {
      retryAfterSeconds: Math.max(1, Math.ceil(counted.remainingMs / 1_000)),
    });
  }
}
