import { type Api, countContacts, createApi, type Print, registerContacts, waitUntilSent } from './flows.js';
import type { ProductProcess } from './product.js';
import type { SimulatorProcess } from './simulator.js';
import { table } from './terminal.js';

const SERVICES = ['fcm', 'mozilla', 'wns', 'apple'] as const;

interface Subscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

interface Counts {
  readonly decrypted: number;
  readonly endpoints: { readonly once: number; readonly repeatedly: number };
}

/**
 * Registers contacts with simulated browsers of four vendors, sends them a broadcast, and compares what the
 * product counts with what the browsers got. Resolves with whether both agree.
 */
export async function playLastMile(
  product: ProductProcess,
  simulator: SimulatorProcess,
  contacts: number,
  print: Print,
): Promise<boolean> {
  const domain = `browsers-${Date.now()}.example.com`;
  const api = createApi(product);
  const subscriptions = await subscribe(simulator, contacts);
  await register(api, domain, subscriptions);
  const before = await countContacts(api, domain);
  const started = Date.now();
  const message = { title: 'Hello from push-contact', body: 'Each browser shows this once.' };
  const { messageId } = (await api('POST', `/push-contacts/${domain}/message`, message)) as { messageId: string };
  const { sent, delivered, notDelivered } = await waitUntilSent(api, domain, messageId, subscriptions.length);
  const rate = Math.round((sent * 1_000) / (Date.now() - started));
  const pruned = before - (await countContacts(api, domain));
  const { once, repeatedly, decrypted } = await readCounts(simulator);
  print(
    table({
      browsers: before,
      delivered,
      'not delivered': notDelivered,
      pruned,
      'got it once': once,
      'got it again': repeatedly,
      'could read it': decrypted,
      'contacts per second': rate,
    }),
  );
  print(
    'Encrypted and sent over TLS to simulated push services of Chrome, Firefox, Edge and Safari, which take 80 ms ' +
      'and where some subscriptions are gone.',
  );
  const isCounted = before === subscriptions.length && sent === before && notDelivered === pruned;
  return isCounted && once === delivered && repeatedly === 0 && decrypted === delivered;
}

async function register(api: Api, domain: string, subscriptions: readonly Subscription[]): Promise<void> {
  await api('PUT', `/domains/${domain}`, { isPushFeatureEnabled: true });
  await registerContacts(subscriptions.length, async (index) => {
    const { endpoint, keys } = subscriptions[index] ?? {};
    const subscription = { endPoint: endpoint, keys: { p256DH: keys?.p256dh, auth: keys?.auth } };
    await api('POST', '/push-contacts', { domain, deviceToken: `${domain}-${index}`, subscription });
  });
}

/** Makes subscriptions, as many at each service, in turn. */
async function subscribe({ adminUrl }: SimulatorProcess, contacts: number): Promise<Subscription[]> {
  const count = Math.ceil(contacts / SERVICES.length);
  const made = SERVICES.map(async (service) => {
    const response = await fetch(`${adminUrl}/subscriptions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service, count }),
    });
    return (await response.json()) as Subscription[];
  });
  return (await Promise.all(made)).flat();
}

async function readCounts({
  adminUrl,
}: SimulatorProcess): Promise<Counts['endpoints'] & { readonly decrypted: number }> {
  const counts = (await (await fetch(`${adminUrl}/counts`)).json()) as Record<string, Counts>;
  const all = SERVICES.map((service) => counts[service]);
  const sum = (read: (each: Counts) => number): number =>
    all.reduce((total, each) => total + (each === undefined ? 0 : read(each)), 0);
  return {
    once: sum(({ endpoints }) => endpoints.once),
    repeatedly: sum(({ endpoints }) => endpoints.repeatedly),
    decrypted: sum(({ decrypted }) => decrypted),
  };
}
