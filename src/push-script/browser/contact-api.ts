/** Body of `POST /push-contacts`. */
export interface NewContact {
  readonly domain: string;
  readonly deviceToken: string;
  readonly visitorGuid: string;
  readonly subscription?: SubscriptionBody;
}

/** A subscription as the API reads it. */
export interface SubscriptionBody {
  readonly endPoint: string;
  readonly keys: { readonly p256DH: string; readonly auth: string };
}

/** What became of a request: `unknown` is a 404, `refused` any other 4xx, `failed` everything that may pass later. */
export type ApiResult = 'accepted' | 'unknown' | 'refused' | 'failed';

interface DomainConfiguration {
  readonly isPushFeatureEnabled: boolean;
  readonly usesExternalPushDomain: boolean;
  readonly externalPushDomain: string | null;
}

/** The domain's push configuration, or undefined where the API does not know the domain. */
export function fetchDomainConfiguration(apiUrl: string, domain: string): Promise<DomainConfiguration | undefined> {
  return getJson(`${apiUrl}/domains/${encodeURIComponent(domain)}/push-configuration`);
}

/** The key to subscribe with, base64url; null where the API sends no Web Push. */
export async function fetchVapidPublicKey(apiUrl: string): Promise<string | null> {
  const configuration = await getJson<{ vapidPublicKey: string | null }>(`${apiUrl}/push-script/configuration`);
  return configuration?.vapidPublicKey ?? null;
}

export function postContact(apiUrl: string, contact: NewContact): Promise<ApiResult> {
  return send('POST', `${apiUrl}/push-contacts`, contact);
}

export function putEmail(apiUrl: string, deviceToken: string, email: string): Promise<ApiResult> {
  return send('PUT', `${apiUrl}/push-contacts/${encodeURIComponent(deviceToken)}/email`, email);
}

export function putSubscription(
  apiUrl: string,
  deviceToken: string,
  subscription: SubscriptionBody,
): Promise<ApiResult> {
  return send('PUT', `${apiUrl}/push-contacts/${encodeURIComponent(deviceToken)}/subscription`, subscription);
}

async function getJson<T>(url: string): Promise<T | undefined> {
  const response = await fetch(url, { credentials: 'omit' });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

async function send(method: string, url: string, body: unknown): Promise<ApiResult> {
  const headers = { 'content-type': 'application/json' };
  try {
    // Kept alive: an e-mail is often given in the moment in which a form takes the visitor to the next page.
    const init = { method, headers, body: JSON.stringify(body), credentials: 'omit', keepalive: true } as const;
    return resultOf(await fetch(url, init));
  } catch {
    return 'failed';
  }
}

function resultOf({ ok, status }: Response): ApiResult {
  if (ok) return 'accepted';
  if (status === 404) return 'unknown';
  return status >= 400 && status < 500 && status !== 429 ? 'refused' : 'failed';
}
