import type { ProductProcess } from './product.js';
import { progressBar, table } from './terminal.js';

/** Of this many contacts, one has a token that the sandbox calls unregistered, and one gives its e-mail. */
const ONE_UNREGISTERED_IN = 20;
const ONE_EMAIL_IN = 10;

/** Registrations under way at once. */
const CONCURRENCY = 16;

const POLL_MS = 200;

/** A broadcast that has not ended by then has failed. */
const SENDING_TIMEOUT_MS = 600_000;

interface Details {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
}

type Print = (line: string) => void;

/** Plays the five flows over HTTP and prints the report; answers whether every number adds up. */
export async function playFlows(product: ProductProcess, contacts: number, print: Print): Promise<boolean> {
  const domain = `demo-${Date.now()}.example.com`;
  const api = apiOf(product);
  await api('PUT', `/domains/${domain}`, { isPushFeatureEnabled: true });
  const isEnabled = await api('GET', `/domains/${domain}/isPushFeatureEnabled`);
  print(`Push feature of ${domain}: ${isEnabled === true ? 'on' : 'off'}`);

  await registerContacts(api, domain, contacts);
  const before = await countContacts(api, domain);

  const started = Date.now();
  const { messageId } = (await api('POST', `/push-contacts/${domain}/message`, {
    title: 'Hello from push-contact',
    body: 'This is what a visitor would see.',
    onClickLink: 'https://example.com',
  })) as { messageId: string };
  const details = await waitUntilSent(api, domain, messageId, contacts);
  const seconds = (Date.now() - started) / 1_000;
  const after = await countContacts(api, domain);

  const pruned = before - after;
  const rate = Math.round(details.sent / seconds);
  const { sent, delivered, notDelivered } = details;
  print(
    table({ contacts: before, sent, delivered, 'not delivered': notDelivered, pruned, 'contacts per second': rate }),
  );
  const unregistered = Math.ceil(contacts / ONE_UNREGISTERED_IN);
  return (
    isEnabled === true &&
    before === contacts &&
    sent === contacts &&
    notDelivered === unregistered &&
    delivered === contacts - unregistered &&
    pruned === unregistered
  );
}

type Api = (method: string, path: string, body?: unknown) => Promise<unknown>;

function apiOf({ url, token }: ProductProcess): Api {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
}

async function registerContacts(api: Api, domain: string, contacts: number): Promise<void> {
  let next = 0;
  let done = 0;
  const run = async (): Promise<void> => {
    while (next < contacts) {
      await registerContact(api, domain, next++);
      progressBar('Registering', ++done, contacts);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, run));
}

async function registerContact(api: Api, domain: string, index: number): Promise<void> {
  const kind = index % ONE_UNREGISTERED_IN === 0 ? 'unregistered' : 'device';
  const deviceToken = `${kind}-${domain}-${index}`;
  await api('POST', '/push-contacts', { domain, deviceToken });
  if (index % ONE_EMAIL_IN === 1)
    await api('PUT', `/push-contacts/${deviceToken}/email`, `visitor${index}@example.com`);
}

async function countContacts(api: Api, domain: string): Promise<number> {
  return ((await api('GET', `/push-contacts?domain=${domain}`)) as unknown[]).length;
}

async function waitUntilSent(api: Api, domain: string, messageId: string, contacts: number): Promise<Details> {
  const deadline = Date.now() + SENDING_TIMEOUT_MS;
  const path = `/push-contacts/${domain}/messages/${messageId}/details?from=2000-01-01&to=2100-01-01`;
  for (;;) {
    const details = (await api('GET', path)) as Details;
    progressBar('Sending', details.sent, contacts);
    if (details.sent >= contacts) return details;
    if (Date.now() > deadline) throw new Error(`Only ${details.sent} of ${contacts} contacts were sent to in time.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
