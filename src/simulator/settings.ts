import { isRecord } from '../core/validation/is-record.js';
import { SERVICES, type ServiceName } from './service-names.js';

/** How one service behaves. Every value may change while the simulator runs. */
export interface ServiceSettings {
  /** Time until the response, log-normally distributed: half of the responses take longer. */
  readonly latencyMedianMs: number;
  /** 99 of 100 responses take no longer; below the median, every response takes the median. */
  readonly latencyP99Ms: number;
  /** Share of the subscriptions or device tokens that no longer exist; always the same ones. */
  readonly deadShare: number;
  /** Response for them; FCM's v1 API always says UNREGISTERED. */
  readonly deadStatus: 404 | 410;
  /** Messages that a sender may send in a minute; 0 is no limit. */
  readonly rateLimitPerMinute: number;
  /** How long a sender's minute takes: less lets a test see many of them. */
  readonly minuteSeconds: number;
  /** A sender: a VAPID key, a site of `POST /subscriptions`, or every sender to one endpoint. */
  readonly rateLimitBy: 'key' | 'site' | 'endpoint';
  readonly retryAfter: 'seconds' | 'date' | 'none';
  /** 0 takes the rest of the sender's minute, or 60 when the service is unavailable. */
  readonly retryAfterSeconds: number;
  readonly outage: 'none' | 'unavailable' | 'error' | 'hang' | 'reset';
  /** Share of the requests that an outage affects. */
  readonly outageShare: number;
  /** Share of the requests whose stream (HTTP/2) or connection (HTTP/1.1) is reset. */
  readonly resetShare: number;
  /** Whether such a message is accepted, and only its response is lost. */
  readonly resetAfterAccepting: boolean;
  /** The largest encrypted body that is accepted. */
  readonly maxBodyBytes: number;
  /** Share of the accepted messages that are decrypted and kept; of FCM's v1 API, that are kept. */
  readonly decryptShare: number;
  /** How long an access token of the token endpoint is valid. */
  readonly accessTokenSeconds: number;
}

/** How connections behave; all services share one listener. */
export interface ConnectionSettings {
  /** SETTINGS_MAX_CONCURRENT_STREAMS of connections that are opened from now on (RFC 9113, section 6.5.2). */
  readonly maxConcurrentStreams: number;
  /** After so many requests a connection is closed: GOAWAY, or `Connection: close`; 0 is no limit. */
  readonly requestsPerConnection: number;
}

type Rule =
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly whole: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'oneOf'; readonly values: readonly (string | number)[] };

const share: Rule = { kind: 'number', min: 0, max: 1, whole: false };
const whole = (max: number, min = 0): Rule => ({ kind: 'number', min, max, whole: true });
const MAX_MS = 600_000;

const SERVICE_RULES: Readonly<Record<keyof ServiceSettings, Rule>> = {
  latencyMedianMs: { kind: 'number', min: 0, max: MAX_MS, whole: false },
  latencyP99Ms: { kind: 'number', min: 0, max: MAX_MS, whole: false },
  deadShare: share,
  deadStatus: { kind: 'oneOf', values: [404, 410] },
  rateLimitPerMinute: whole(1_000_000_000),
  minuteSeconds: whole(3_600, 1),
  rateLimitBy: { kind: 'oneOf', values: ['key', 'site', 'endpoint'] },
  retryAfter: { kind: 'oneOf', values: ['seconds', 'date', 'none'] },
  retryAfterSeconds: whole(86_400),
  outage: { kind: 'oneOf', values: ['none', 'unavailable', 'error', 'hang', 'reset'] },
  outageShare: share,
  resetShare: share,
  resetAfterAccepting: { kind: 'boolean' },
  maxBodyBytes: whole(65_536),
  decryptShare: share,
  accessTokenSeconds: whole(86_400, 1),
};

const CONNECTION_RULES: Readonly<Record<keyof ConnectionSettings, Rule>> = {
  maxConcurrentStreams: whole(1_000_000, 1),
  requestsPerConnection: whole(1_000_000_000),
};

const DEFAULTS: ServiceSettings = {
  latencyMedianMs: 0,
  latencyP99Ms: 0,
  deadShare: 0,
  deadStatus: 410,
  rateLimitPerMinute: 0,
  minuteSeconds: 60,
  rateLimitBy: 'key',
  retryAfter: 'seconds',
  retryAfterSeconds: 0,
  outage: 'none',
  outageShare: 1,
  resetShare: 0,
  resetAfterAccepting: false,
  maxBodyBytes: 4_096,
  decryptShare: 0.01,
  accessTokenSeconds: 3_600,
};

/** Where a service differs from DEFAULTS; docs/simulator.md has the sources. */
const DIFFERENCES: Readonly<Partial<Record<ServiceName, Partial<ServiceSettings>>>> = {
  // Chrome limits sites (developer.chrome.com/blog/web-push-rate-limits).
  fcm: { rateLimitBy: 'site' },
  // WNS accepts 5,000 bytes (learn.microsoft.com, "Push notification service request and response headers").
  wns: { maxBodyBytes: 5_000 },
  // Apple limits requests "for the same destination", and documents no Retry-After.
  apple: { rateLimitBy: 'endpoint', retryAfter: 'none' },
};

/** A setting that does not exist, or a value that it cannot have. The message names it. */
export class SettingsError extends Error {}

/** The current settings of the services and connections. */
export class Settings {
  private services = new Map(SERVICES.map((name) => [name, { ...DEFAULTS, ...DIFFERENCES[name] }]));
  private connectionSettings: ConnectionSettings = { maxConcurrentStreams: 100, requestsPerConnection: 0 };

  get connections(): ConnectionSettings {
    return this.connectionSettings;
  }

  of(service: ServiceName): ServiceSettings {
    return this.services.get(service) ?? DEFAULTS;
  }

  /** All settings, in the form that `GET /settings` returns. */
  all(): Record<string, unknown> {
    return { connections: this.connectionSettings, ...Object.fromEntries(this.services) };
  }

  /**
   * Changes settings, for all services when `service` is undefined; connections have settings of their own.
   * Changes nothing and throws a SettingsError when a name or a value is invalid.
   */
  change(changes: unknown, service: ServiceName | 'connections' | undefined): void {
    if (!isRecord(changes)) throw new SettingsError('The settings must be a JSON object');
    if (service === 'connections') {
      this.connectionSettings = { ...this.connectionSettings, ...checked(changes, CONNECTION_RULES) };
      return;
    }
    const valid = checked(changes, SERVICE_RULES);
    for (const name of service === undefined ? SERVICES : [service]) {
      this.services.set(name, { ...this.of(name), ...valid });
    }
  }

  /**
   * Changes one setting from text: `latencyMedianMs=80` for all services, `apple.deadShare=0.1` for one,
   * `connections.maxConcurrentStreams=10`. Throws a SettingsError.
   */
  changeFromText(text: string): void {
    const [, target, name, value] = /^(?:(\w+)\.)?(\w+)=(.*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new SettingsError(`${text}: must be name=value`);
    if (target !== undefined && !isTarget(target)) throw new SettingsError(`${target} is no service`);
    this.change({ [name]: parseValue(value) }, target);
  }
}

export function isTarget(name: string): name is ServiceName | 'connections' {
  return name === 'connections' || SERVICES.some((service) => service === name);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function checked(changes: Record<string, unknown>, rules: Readonly<Record<string, Rule>>): Record<string, unknown> {
  for (const [name, value] of Object.entries(changes)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) throw new SettingsError(`${name} is no setting here`);
    const problem = findProblem(value, rule);
    if (problem !== undefined) throw new SettingsError(`${name} ${problem}`);
  }
  return changes;
}

function findProblem(value: unknown, rule: Rule): string | undefined {
  if (rule.kind === 'boolean') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (rule.kind === 'oneOf') {
    return rule.values.some((allowed) => allowed === value) ? undefined : `must be one of ${rule.values.join(', ')}`;
  }
  const isNumber = typeof value === 'number' && value >= rule.min && value <= rule.max;
  if (isNumber && (!rule.whole || Number.isInteger(value))) return undefined;
  return `must be a ${rule.whole ? 'whole ' : ''}number from ${rule.min} to ${rule.max}`;
}
