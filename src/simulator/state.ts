import { Counters } from './counters.js';
import { Messages } from './messages.js';
import { RateLimits } from './rate-limits.js';
import { SERVICES, type ServiceName } from './service-names.js';
import { Settings } from './settings.js';
import { EndpointTokens } from './subscriptions/endpoint-tokens.js';

/** All that the services share: settings, counters, and the seed that endpoints are made of. */
export class SimulatorState {
  readonly settings = new Settings();
  readonly rateLimits = new RateLimits();
  readonly messages: Messages;
  readonly tokens: EndpointTokens;
  private counters = newCounters();

  constructor(
    readonly seed: string,
    keepMessages: number,
  ) {
    this.tokens = new EndpointTokens(seed);
    this.messages = new Messages(keepMessages);
  }

  countersOf(service: ServiceName): Counters {
    return this.counters[service];
  }

  /** Forgets counters, messages and the minutes of rate limits; keeps the settings. */
  reset(): void {
    this.counters = newCounters();
    this.messages.clear();
    this.rateLimits.clear();
  }
}

function newCounters(): Record<ServiceName, Counters> {
  const entries = SERVICES.map((service) => [service, new Counters(service)] as const);
  return Object.fromEntries(entries) as Record<ServiceName, Counters>;
}
