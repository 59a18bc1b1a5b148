import type { SettingReader } from './setting-reader.js';

const REGISTRATION_RULES = ['any', 'known', 'enabled'] as const;
const ORIGIN_RULES = ['any', 'domain'] as const;

/** Of any limit of requests. */
const MAX_PER_MINUTE = 1_000_000_000;

const SECONDS_A_MINUTE = 60;

const NO_REQUEST =
  'with RATE_LIMIT_WINDOW_SECONDS, not one request fits into a window; raise either, or set 0 for no limit';

/** The most requests in a minute, each 0 for no limit. */
export interface RateLimitSettings {
  /** Of one client address, on the routes for anybody. */
  readonly anonymousPerMinute: number;
  /** Of one client address, to register contacts. */
  readonly registrationsPerMinute: number;
  /** With one token. */
  readonly tokenPerMinute: number;
  /** To send tests, with one token. */
  readonly testSendsPerMinute: number;
  /** When the count begins again; a window has its share of the minute's limit. */
  readonly windowSeconds: number;
}

/** Who may register contacts, and change them. */
export interface RegistrationSettings {
  /** For any domain, those that are stored, or those whose push feature is switched on. */
  readonly domains: (typeof REGISTRATION_RULES)[number];
  /** From any page, or from those of the domain. */
  readonly origins: (typeof ORIGIN_RULES)[number];
  /** New contacts of a domain in a minute; 0 for no limit. */
  readonly quotaPerMinute: number;
  /** Whether a stored subscription is replaced only for who knows its `auth`. */
  readonly changeNeedsAuth: boolean;
}

/** Reads the settings of limits of requests. */
export function readRateLimits(reader: SettingReader): RateLimitSettings {
  const settings = {
    anonymousPerMinute: reader.integer('RATE_LIMIT_ANONYMOUS_PER_MINUTE', 3_000, 0, MAX_PER_MINUTE),
    registrationsPerMinute: reader.integer('RATE_LIMIT_REGISTRATIONS_PER_MINUTE', 600, 0, MAX_PER_MINUTE),
    tokenPerMinute: reader.integer('RATE_LIMIT_TOKEN_PER_MINUTE', 60_000, 0, MAX_PER_MINUTE),
    testSendsPerMinute: reader.integer('RATE_LIMIT_TEST_SENDS_PER_MINUTE', 60, 0, MAX_PER_MINUTE),
    windowSeconds: reader.integer('RATE_LIMIT_WINDOW_SECONDS', 60, 1, SECONDS_A_MINUTE),
  };
  const { anonymousPerMinute, registrationsPerMinute, tokenPerMinute, testSendsPerMinute, windowSeconds } = settings;
  const limits = {
    ANONYMOUS: anonymousPerMinute,
    REGISTRATIONS: registrationsPerMinute,
    TOKEN: tokenPerMinute,
    TEST_SENDS: testSendsPerMinute,
  };
  for (const [name, perMinute] of Object.entries(limits)) {
    if (perMinute > 0 && perMinute * windowSeconds < SECONDS_A_MINUTE) {
      reader.reject(`RATE_LIMIT_${name}_PER_MINUTE`, NO_REQUEST);
    }
  }
  return settings;
}

/** Reads the settings of registrations. */
export function readRegistration(reader: SettingReader): RegistrationSettings {
  return {
    domains: reader.choice('REGISTRATION', reader.text('REGISTRATION'), REGISTRATION_RULES) ?? 'any',
    origins: reader.choice('REGISTRATION_ORIGINS', reader.text('REGISTRATION_ORIGINS'), ORIGIN_RULES) ?? 'any',
    quotaPerMinute: reader.integer('REGISTRATION_QUOTA_PER_MINUTE', 0, 0, MAX_PER_MINUTE),
    changeNeedsAuth: reader.flag('SUBSCRIPTION_CHANGE_NEEDS_AUTH'),
  };
}
