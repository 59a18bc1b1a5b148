import type { ProductProcess } from './product.js';
import { progressBar, table } from './terminal.js';

/** One contact of this many has a token that the sandbox reports as unregistered. */
const ONE_UNREGISTERED_IN = 20;

/** One contact of this many has an e-mail. */
const ONE_EMAIL_IN = 10;

/** Concurrent registrations. */
const CONCURRENCY = 16;

const POLL_MS = 200;

/** A broadcast that takes longer has failed. */
const SENDING_TIMEOUT_MS = 600_000;

interface Details {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
}

export type Print = (line: string) => void;

/**
 * Runs the demo over HTTP and prints its report: switches a domain on, registers contacts, sends a broadcast,
 * reads its counters and counts what was pruned. Resolves with whether all numbers add up. Throws an Error
 * when a request fails or the broadcast takes longer than ten minutes.
 */
export async function playFlows(product: ProductProcess, contacts: number, print: Print): Promise<boolean> {
  const domain = `demo-${Date.now()}.example.com`;
  const api = createApi(product);
  await api('PUT', `/domains/${domain}`, { isPushFeatureEnabled: true });
  const isEnabled = await api('GET', `/domains/${domain}/isPushFeatureEnabled`);
  print(`Push feature of ${domain}: ${isEnabled === true ? 'on' : 'off'}`);

  await registerContacts(contacts, (index) => registerContact(api, domain, index));
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
  print(
    `Not delivered, and pruned: the ${unregistered} contacts whose token the sandbox calls unregistered (1 of ` +
      `${ONE_UNREGISTERED_IN}), as Firebase does when a visitor has left.`,
  );
  return (
    isEnabled === true &&
    before === contacts &&
    sent === contacts &&
    notDelivered === unregistered &&
    delivered === contacts - unregistered &&
    pruned === unregistered
  );
}

export type Api = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Returns a function that calls the api as a super user and rejects with any response but 2xx. */
export function createApi({ url, token }: ProductProcess): Api {
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

/** Registers contacts, some at once, and shows how far it is. */
export async function registerContacts(contacts: number, register: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  let done = 0;
  const run = async (): Promise<void> => {
    while (next < contacts) {
      await register(next++);
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

export async function countContacts(api: Api, domain: string): Promise<number> {
  return ((await api('GET', `/push-contacts?domain=${domain}`)) as unknown[]).length;
}

/** Waits until a message has an outcome for each contact. Throws after ten minutes. */
export async function waitUntilSent(api: Api, domain: string, messageId: string, contacts: number): Promise<Details> {
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
