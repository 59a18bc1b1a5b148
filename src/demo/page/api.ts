/** The domain that the page plays. */
export const DOMAIN = 'demo.localhost';

const TOKEN_KEY = 'pushContactDemoToken';

/** What a message's report counts; routes that count less leave the rest out. */
export type Report = Readonly<
  Partial<Record<'sent' | 'delivered' | 'notDelivered' | 'received' | 'clicks' | 'actionClick', number>>
>;

/** Takes the token out of the address (`#token=…`), so that it stays in no history, and keeps it as long as the tab. */
export function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    keepToken(given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? '';
}

export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token.trim());
}

export async function enableDomain(): Promise<void> {
  await call('PUT', `/domains/${DOMAIN}`, { isPushFeatureEnabled: true });
}

/** Answers the message's id. */
export async function sendMessage(message: object): Promise<string> {
  const { messageId } = (await call('POST', `/messages/domains/${DOMAIN}`, message)) as { messageId: string };
  return messageId;
}

export async function fetchReport(messageId: string): Promise<Report> {
  const period = 'from=2000-01-01&to=2100-01-01';
  return (await call('GET', `/push-contacts/${DOMAIN}/messages/${messageId}/details?${period}`)) as Report;
}

/** Throws an Error with the problem's detail, for the page to show. */
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
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new Error((answer as { detail?: string } | undefined)?.detail ?? String(response.status));
  return answer;
}
