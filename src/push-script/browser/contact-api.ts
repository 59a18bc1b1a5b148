import { trace } from './console.js';
import { wasBlocked } from './csp-violations.js';
import { describe, Failure, toFailure, within } from './failure.js';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Body of `POST /push-contacts`. */
export interface NewContact {
  readonly domain: string;
  readonly deviceToken: string;
  readonly visitorGuid: string;
  readonly subscription?: SubscriptionBody;
  /** The `auth` of the subscription that the contact had, where it had one. */
  readonly previousAuth?: string | undefined;
  /** The contact's token `FID:…`, when `deviceToken` is that FID. */
  readonly previousDeviceToken?: string;
}

/** A subscription as the API reads it. */
export interface SubscriptionBody {
  readonly endPoint: string;
  readonly keys: { readonly p256DH: string; readonly auth: string };
  /** The key that it was made with; messages must be signed with it. */
  readonly vapidPublicKey: string;
  /** The `auth` of the subscription that it replaces. */
  readonly previousAuth?: string | undefined;
}

interface DomainConfiguration {
  readonly isPushFeatureEnabled: boolean;
  readonly usesExternalPushDomain: boolean;
  readonly externalPushDomain: string | null;
}

/** The parts of a problem document (RFC 9457) that say which property was refused. */
interface Problem {
  readonly detail?: string;
  readonly errors?: Readonly<Record<string, unknown>>;
}

/**
 * Fetches the domain's push configuration; undefined for an unknown domain. Throws a Failure when that fails.
 */
export function fetchDomainConfiguration(apiUrl: string, domain: string): Promise<DomainConfiguration | undefined> {
  return getJson(`${apiUrl}/domains/${encodeURIComponent(domain)}/push-configuration`);
}

/** Fetches the domain's VAPID public key, base64url. Throws a Failure when that fails or the API has none. */
export async function fetchVapidPublicKey(apiUrl: string, domain: string): Promise<string> {
  const url = `${apiUrl}/push-script/configuration?domain=${encodeURIComponent(domain)}`;
  const configuration = await getJson<{ vapidPublicKey: string | null }>(url);
  if (!configuration?.vapidPublicKey) throw new Failure('vapid-key-missing');
  return configuration.vapidPublicKey;
}

/**
 * Asks whether an active contact of the domain has this device token; false when it was pruned or the
 * database was restored, undefined when the API does not say. Never rejects.
 */
export async function fetchIsActive(apiUrl: string, domain: string, deviceToken: string): Promise<boolean | undefined> {
  const path = `${encodeURIComponent(domain)}/device-tokens/${encodeURIComponent(deviceToken)}`;
  const isActive = await getJson<unknown>(`${apiUrl}/push-contacts/${path}`, 'no-store').catch(() => undefined);
  trace(`the API has an active contact: ${String(isActive)}`);
  return typeof isActive === 'boolean' ? isActive : undefined;
}

/** Registers a contact. Throws a Failure when the API does not accept it. */
export async function postContact(apiUrl: string, contact: NewContact): Promise<void> {
  await send('POST', `${apiUrl}/push-contacts`, contact);
}

/** Sets the e-mail of the contact with this device token. Throws a Failure when it is not accepted. */
export async function putEmail(apiUrl: string, deviceToken: string, email: string): Promise<void> {
  await send('PUT', `${apiUrl}/push-contacts/${encodeURIComponent(deviceToken)}/email`, email);
}

/**
 * Replaces the subscription of the contact with this device token. Throws a Failure, with status 404 when the
 * contact is unknown.
 */
export async function putSubscription(
  apiUrl: string,
  deviceToken: string,
  subscription: SubscriptionBody,
): Promise<void> {
  await send('PUT', `${apiUrl}/push-contacts/${encodeURIComponent(deviceToken)}/subscription`, subscription);
}

/** Ends the contact with this device token, also where it has ended. Throws a Failure when that fails. */
export async function deleteContact(apiUrl: string, deviceToken: string): Promise<void> {
  await send('DELETE', `${apiUrl}/push-contacts/${encodeURIComponent(deviceToken)}`);
}

async function getJson<T>(url: string, cache: RequestCache = 'default'): Promise<T | undefined> {
  const response = await request(url, { cache });
  if (response.status === 404) return undefined;
  if (!response.ok) throw toFailureOf(response);
  try {
    return (await within(response.json(), 'api-timeout')) as T;
  } catch (error) {
    throw toFailure(error, 'api-error');
  }
}

async function send(method: string, url: string, json?: unknown): Promise<void> {
  const content = json === undefined ? {} : { headers: JSON_TYPE, body: JSON.stringify(json) };
  // With keepalive, because submitting a form with the e-mail often loads the next page at once.
  const response = await request(url, { method, ...content, keepalive: true });
  if (!response.ok) throw toFailureOf(response, await within(readProblem(response), 'api-timeout'));
}

/** Resolves with any response; throws a Failure without one. */
async function request(url: string, init: RequestInit): Promise<Response> {
  const fetching = fetch(url, { ...init, credentials: 'omit' }).catch(async (error: unknown) => {
    const reason = (await wasBlocked(url)) ? 'api-blocked-by-csp' : 'api-unreachable';
    throw new Failure(reason, `${new URL(url).origin} ${describe(error)}`);
  });
  return within(fetching, 'api-timeout');
}

function toFailureOf({ status }: Response, detail = ''): Failure {
  const reason = status >= 500 || status === 429 ? 'api-error' : 'api-refused';
  return new Failure(reason, `status ${status} ${detail}`, status);
}

/** Reads which properties were refused; what was sent in them is not part of a problem document. */
async function readProblem(response: Response): Promise<string> {
  try {
    const { detail = '', errors = {} } = (await response.json()) as Problem;
    return [...Object.keys(errors), detail].join(' ');
  } catch {
    return '';
  }
}
