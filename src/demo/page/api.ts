/** The domain of the demo page. */
export const DOMAIN = 'demo.localhost';

const TOKEN_KEY = 'pushContactDemoToken';

/** The counters of a message; a route may leave some out. */
export type Report = Readonly<
  Partial<Record<'sent' | 'delivered' | 'notDelivered' | 'received' | 'clicks' | 'actionClick', number>>
>;

/**
 * Moves the token from the URL (`#token=…`), and so from the history, to the session storage. Returns the
 * stored token or ''.
 */
export function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    keepToken(given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? '';
}

/** Stores the super-user token for as long as the tab is open. */
export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token.trim());
}

/** Switches the domain's push feature on. Throws like all calls here. */
export async function enableDomain(): Promise<void> {
  await call('PUT', `/domains/${DOMAIN}`, { isPushFeatureEnabled: true });
}

/** Sends a message to the domain. Resolves with the message's id. */
export async function sendMessage(message: object): Promise<string> {
  const { messageId } = (await call('POST', `/messages/domains/${DOMAIN}`, message)) as { messageId: string };
  return messageId;
}

/** Fetches the message's counters. */
export async function fetchReport(messageId: string): Promise<Report> {
  const period = 'from=2000-01-01&to=2100-01-01';
  return (await call('GET', `/push-contacts/${DOMAIN}/messages/${messageId}/details?${period}`)) as Report;
}

/**
 * Calls the API. Resolves with the parsed body; throws an Error with the problem's detail, for the page to
 * show.
 */
async function call(method: string, path: string, body?: object): Promise<unknown> {
  const token = sessionStorage.getItem(TOKEN_KEY) ?? '';
  const response = await fetch(path, {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const result: unknown = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new Error((result as { detail?: string } | undefined)?.detail ?? String(response.status));
  return result;
}
