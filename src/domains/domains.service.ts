import { Injectable } from '@nestjs/common';
import { AppError, invalidProperty } from '../core/errors/errors.js';
import { Cancellation } from '../deliveries/progress/cancellation.js';
import { ContactQueriesService } from '../push-contacts/contact-queries.service.js';
import { toContactsStats } from './contacts-stats.js';
import type { DomainRequest, DomainResponse, DomainStatsResponse, PushConfigurationResponse } from './domains.dto.js';
import { DomainsReader, type PushConfiguration } from '../domain-configuration/domains.reader.js';
import { UNKNOWN_VAPID_KEY, VapidPublicKeys } from '../push-services/vapid-public-keys.js';
import { type ChangedConfiguration, DomainsRepository } from './domains.repository.js';

const VAPID_KEY = 'vapidPublicKey' satisfies keyof DomainRequest;
const CANCEL = 'cancelPendingDeliveries' satisfies keyof DomainRequest;

/** Stores and reads the push configuration of domains. */
@Injectable()
export class DomainsService {
  constructor(
    private readonly domains: DomainsRepository,
    private readonly reader: DomainsReader,
    private readonly contacts: ContactQueriesService,
    private readonly cancellation: Cancellation,
    private readonly keys: VapidPublicKeys,
  ) {}

  /**
   * Creates the domain or replaces its configuration. A missing flag is false, a missing external domain
   * null, a missing VAPID key the default. With `cancelPendingDeliveries` its deliveries are cancelled after
   * it is stored; when that fails half-way, the same request again does the rest. Throws `validation_failed`
   * for it with the feature on, and for a VAPID key of another installation.
   */
  async put(name: string, request: DomainRequest): Promise<void> {
    const cancels = request.cancelPendingDeliveries === true;
    if (cancels && request.isPushFeatureEnabled === true)
      throw invalidProperty(CANCEL, 'needs the feature switched off');
    await this.domains.upsert(name, {
      isPushFeatureEnabled: request.isPushFeatureEnabled ?? false,
      usesExternalPushDomain: request.usesExternalPushDomain ?? false,
      externalPushDomain: request.externalPushDomain ?? null,
      ratePerMinute: request.ratePerMinute ?? null,
      ...this.toVapidKey(request),
    });
    if (cancels) await this.cancellation.cancelOfDomain(name);
  }

  /** What browsers need of the domain. Throws `resource_not_found` for an unknown domain. */
  async getPushConfiguration(name: string): Promise<PushConfigurationResponse> {
    const { isPushFeatureEnabled, usesExternalPushDomain, externalPushDomain } = await this.find(name);
    return { isPushFeatureEnabled, usesExternalPushDomain, externalPushDomain };
  }

  /** Throws `resource_not_found` for an unknown domain. */
  async get(name: string): Promise<DomainResponse> {
    const { ratePerMinute, ...configuration } = await this.find(name);
    return { name, ...configuration, ...(ratePerMinute !== null && { ratePerMinute }) };
  }

  /** Throws `resource_not_found` for an unknown domain. */
  async isPushFeatureEnabled(name: string): Promise<boolean> {
    return (await this.find(name)).isPushFeatureEnabled;
  }

  /** Counts the domain's contacts. Throws `resource_not_found` for an unknown domain. */
  async getStats(name: string): Promise<DomainStatsResponse> {
    await this.find(name);
    const counts = await this.contacts.countEach([name]);
    return { name, contactsStats: toContactsStats(counts.get(name)) };
  }

  private async find(name: string): Promise<PushConfiguration> {
    const configuration = await this.reader.find(name);
    if (configuration === undefined) throw new AppError('resource_not_found', 'There is no domain of this name.');
    return configuration;
  }

  /** A caller that does not know the member leaves the key as it is. */
  private toVapidKey({ vapidPublicKey: given }: DomainRequest): Pick<ChangedConfiguration, 'vapidPublicKey'> {
    if (given === undefined) return {};
    if (given === null || given.trim() === '') return { vapidPublicKey: null };
    const key = this.keys.toKnown(given);
    if (key === undefined) throw invalidProperty(VAPID_KEY, UNKNOWN_VAPID_KEY);
    return { vapidPublicKey: key };
  }
}
