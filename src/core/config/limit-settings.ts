export const REGISTRATION_RULES = ['any', 'known', 'enabled'] as const;
export const ORIGIN_RULES = ['any', 'domain'] as const;

/** The most requests in a minute, each 0 for no limit. */
export interface RateLimitSettings {
  /** Of one client address, on the routes for anybody. */
  readonly anonymousPerMinute: number;
  /** Of one client address, to register contacts. */
  readonly registrationsPerMinute: number;
  /** With one token. */
  readonly tokenPerMinute: number;
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
