import { type PushServiceName, PUSH_SERVICES } from '../service-names.js';
import type { ServiceSettings } from '../settings.js';
import type { SimulatorState } from '../state.js';
import { decryptPush } from '../subscriptions/message-decryption.js';
import { deriveSubscriptionKeys } from '../subscriptions/subscription-keys.js';
import { ANY_KEY, type EndpointToken } from '../subscriptions/endpoint-tokens.js';
import { maySend, VapidSenders } from '../subscriptions/vapid-sender.js';
import type { Exchange } from '../transport/exchange.js';
import { withoutCredentials } from '../messages.js';
import { APPLE } from './apple.js';
import { reactionOf } from './behaviours.js';
import { checkPushBody, checkPushHeaders } from './check-push-request.js';
import { FCM } from './fcm.js';
import { MOZILLA } from './mozilla.js';
import type { PushServiceRules, Refusal } from './push-service-rules.js';
import { drawDisturbance, losesResponse, react, type Reaction } from './responder.js';
import { retryAfterHeaders } from './retry-after.js';
import { WNS } from './wns.js';

export const PUSH_SERVICE_RULES: Readonly<Record<PushServiceName, PushServiceRules>> = {
  fcm: FCM,
  mozilla: MOZILLA,
  wns: WNS,
  apple: APPLE,
};

/** The largest body that is read at all. */
const MAX_READ_BYTES = 65_536;

interface Addressed {
  readonly service: PushServiceName;
  readonly rules: PushServiceRules;
  readonly settings: ServiceSettings;
  /** Undefined when there never was such an endpoint. */
  readonly endpoint: EndpointToken | undefined;
}

/** Receives messages as the browser vendors' push services do (RFC 8030, section 5). */
export class PushServices {
  private readonly senders = new VapidSenders();
  private messages = 0;

  constructor(private readonly state: SimulatorState) {}

  /** Returns the push service whose endpoints have such a path; undefined for any other path. */
  find(path: string): PushServiceName | undefined {
    return PUSH_SERVICES.find((service) => PUSH_SERVICE_RULES[service].readToken(path) !== undefined);
  }

  async receive(exchange: Exchange, service: PushServiceName): Promise<void> {
    const counters = this.state.countersOf(service);
    counters.requests += 1;
    const body = await exchange.readBody(MAX_READ_BYTES);
    const addressed = this.address(exchange, service);
    const { settings, endpoint } = addressed;
    const reaction = await this.decide(exchange, addressed, body);
    if (endpoint === undefined || !isAcceptance(reaction)) {
      await react(exchange, reaction, settings, counters);
      return;
    }
    this.accept(exchange, addressed, endpoint, body);
    const isAnswered = await react(exchange, losesResponse(settings) ? 'break' : reaction, settings, counters);
    if (!isAnswered) counters.countUnanswered(endpoint.index);
  }

  private address(exchange: Exchange, service: PushServiceName): Addressed {
    const rules = PUSH_SERVICE_RULES[service];
    const endpoint = this.state.tokens.read(service, rules.readToken(exchange.path) ?? '');
    return { service, rules, settings: this.state.settings.of(service), endpoint };
  }

  private async decide(exchange: Exchange, addressed: Addressed, body: Buffer): Promise<Reaction> {
    const { service, rules, settings, endpoint } = addressed;
    const unavailable = { ...rules.refusals.unavailable, headers: this.waiting(addressed, 'unavailable') };
    const disturbance = drawDisturbance(settings, { unavailable, error: rules.refusals.error });
    if (disturbance !== undefined) return disturbance;
    const fault = await this.findFault(exchange, addressed, body);
    if (fault !== undefined || endpoint === undefined) {
      this.state.countersOf(service).countFault(fault ?? 'no-endpoint');
      return rules.refusals[fault ?? 'no-endpoint'];
    }
    if (this.state.tokens.isDead(service, endpoint.index, settings.deadShare)) {
      return rules.refusals[settings.deadStatus === 404 ? 'no-endpoint' : 'gone'];
    }
    const waitSeconds = this.countForRateLimit(addressed, endpoint);
    if (waitSeconds !== undefined) {
      return { ...rules.refusals['rate-limited'], headers: this.waiting(addressed, 'rate-limited', waitSeconds) };
    }
    return reactionOf(endpoint.behaviour, rules, body.length) ?? rules.accept(this.nextId());
  }

  /** An id that no other message of this run has. */
  private nextId(): string {
    this.messages += 1;
    return this.messages.toString(16).padStart(16, '0');
  }

  /** A sender's mistake, in the order in which a service can notice it. */
  private async findFault(exchange: Exchange, addressed: Addressed, body: Buffer): Promise<Refusal | undefined> {
    const { rules, settings, endpoint } = addressed;
    if (endpoint === undefined) return 'no-endpoint';
    if (exchange.method !== 'POST') return 'bad-method';
    const headerFault = checkPushHeaders(exchange.headers) ?? rules.checkHeaders?.(exchange.headers);
    if (headerFault !== undefined) return headerFault;
    const sender = await this.senders.verify(exchange.headers.authorization, exchange.origin);
    if (typeof sender === 'string') return sender;
    if (!maySend(sender, endpoint.keyHash)) return 'wrong-key';
    if (body.length > settings.maxBodyBytes) return 'too-large';
    return checkPushBody(exchange.headers, body);
  }

  private countForRateLimit({ service, settings }: Addressed, endpoint: EndpointToken): number | undefined {
    if (settings.rateLimitPerMinute === 0) return undefined;
    const { keyHash, site, index } = endpoint;
    const sender = { key: keyHash, site, endpoint: String(index) }[settings.rateLimitBy];
    return this.state.rateLimits.count(`${service} ${sender}`, settings);
  }

  private waiting(
    { rules, settings }: Addressed,
    refusal: 'rate-limited' | 'unavailable',
    seconds?: number,
  ): Record<string, string> {
    return { ...rules.refusals[refusal].headers, ...retryAfterHeaders(settings, seconds) };
  }

  private accept(exchange: Exchange, { service, settings }: Addressed, endpoint: EndpointToken, body: Buffer): void {
    const counters = this.state.countersOf(service);
    counters.countDelivery(endpoint.index);
    if (endpoint.keyHash !== ANY_KEY) counters.countKey(endpoint.keyHash);
    if (body.length === 0 || settings.decryptShare === 0 || Math.random() >= settings.decryptShare) return;
    const text = this.decrypt(service, endpoint.index, body);
    if (text === undefined) {
      counters.undecryptable += 1;
      return;
    }
    counters.decrypted += 1;
    const { protocol, headers } = exchange;
    const shown = withoutCredentials(headers);
    this.state.messages.add({ service, index: endpoint.index, protocol, headers: shown, bodyBytes: body.length, text });
  }

  private decrypt(service: PushServiceName, index: number, body: Buffer): string | undefined {
    try {
      return decryptPush(body, deriveSubscriptionKeys(this.state.seed, service, index));
    } catch {
      return undefined;
    }
  }
}

function isAcceptance(reaction: Reaction): boolean {
  if (typeof reaction === 'string') return false;
  const status = 'endless' in reaction ? reaction.endless : reaction.status;
  return status >= 200 && status < 300;
}
