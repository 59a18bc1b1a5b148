import { freePort } from '../../src/embedded/process/persisted-port.js';
import type { ServiceName } from '../../src/simulator/service-names.js';
import type { Outcome } from '../support/audience.js';
import { type Broadcast, broadcast, expectSettled } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { type ProductProcess, pushApiEnvironment, startProduct, VAPID_KEYS } from '../support/product-process.js';
import { SimulatorProcess } from '../support/simulator.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

/** Contacts of a scenario by service; those of `firebase` are device tokens. */
type Sizes = Partial<Record<Exclude<ServiceName, 'oauth'>, number>>;

const SETTLED_MS = 170_000;
const NO_LATENCY = { latencyMedianMs: 0, latencyP99Ms: 0 };

const report: string[] = [];
let simulator: SimulatorProcess;
let product: Installation;
let pushApi: ProductProcess;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  simulator = await SimulatorProcess.start('--set=decryptShare=0.05');
  const port = String(await freePort());
  product = await Installation.start('browsers', { environment: { PUSH_API_URL: `http://127.0.0.1:${port}` } });
  environment = {
    ...simulator.environment,
    PORT: port,
    ...pushApiEnvironment(product.keys.folder),
  };
  pushApi = await startProduct('push-api', environment);
});

afterAll(async () => {
  console.log(report.join('\n'));
  const codes = await product.stopAndKeepData();
  expect([...codes, await pushApi.stop(), await simulator.stop()]).toEqual([0, 0, 0, 0]);
});

/** A broadcast whose contacts have browsers and devices in the simulator. */
interface Sent extends Broadcast {
  readonly sizes: Sizes;
  /** The simulator's service and number of each contact, by device token. */
  readonly places: ReadonlyMap<string, readonly [ServiceName, number]>;
}

/** Forgets what was counted, stores contacts, and sends them a message. */
async function sendTo(name: string, sizes: Sizes): Promise<Sent> {
  await simulator.act('/reset');
  const domain = `${name}.example.com`;
  const places = new Map<string, readonly [ServiceName, number]>();
  for (const [service, count] of Object.entries(sizes) as [keyof Sizes, number][]) {
    const order = { count, site: domain };
    if (service === 'firebase') {
      // A device token belongs to one contact; those of another site are other ones.
      const tokens = await simulator.deviceTokens(order);
      await product.db.addContacts(domain, tokens);
      tokens.forEach((token, index) => places.set(token, [service, index]));
      continue;
    }
    const made = await simulator.subscribe({ ...order, service, applicationServerKey: VAPID_KEYS.publicKey });
    const subscriptions = new Map(made.map((subscription, index) => [`${domain} ${service} ${index}`, subscription]));
    await product.db.addContacts(domain, [...subscriptions.keys()], (token) => {
      const { endpoint = '', keys } = subscriptions.get(token) ?? {};
      return { subscription: { endpoint, p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } };
    });
    [...subscriptions.keys()].forEach((token, index) => places.set(token, [service, index]));
  }
  const audience = new Map([...places.keys()].map((token): [string, Outcome] => [token, [0, 0]]));
  return { ...(await broadcast(product, domain, audience)), sizes, places };
}

/** How often the browsers and devices of a broadcast got its message, by device token. */
async function readDeliveries({ sizes, places }: Sent): Promise<Map<string, number>> {
  const counts = new Map<ServiceName, number[]>();
  for (const [service, count] of Object.entries(sizes) as [ServiceName, number][]) {
    const path = `/counts/${service}/deliveries`;
    counts.set(service, (await simulator.call('POST', path, { first: 0, count })) as number[]);
  }
  return new Map([...places].map(([token, [service, index]]) => [token, counts.get(service)?.[index] ?? 0]));
}

/** Waits until this share of the contacts has got the message. */
async function delivered(sent: Sent, share: number): Promise<void> {
  await waitFor(
    () => readDeliveries(sent),
    (deliveries) => [...deliveries.values()].filter((count) => count > 0).length >= share * sent.audience.size,
    SETTLED_MS,
  );
}

/** Device tokens of the contacts whose outcome is recorded. */
async function readRecorded({ messageId }: Sent): Promise<Set<string>> {
  const events = await product.db.pick('webPushEvent', { message_id: uuid(messageId) }, 'device_token');
  return new Set(events.map(({ device_token: token }) => token as string));
}

/** Waits until this share of the outcomes is recorded. Resolves with them; fails if all are. */
async function recordedInTheMiddle(sent: Sent, share: number): Promise<Set<string>> {
  const recorded = await waitFor(
    () => readRecorded(sent),
    ({ size }) => size >= share * sent.audience.size,
    SETTLED_MS,
  );
  expect(recorded.size).toBeLessThan(sent.audience.size);
  return recorded;
}

/** What is repeated was sent before the crash, and its outcome was not recorded yet. */
function expectUnderWay(
  repeated: readonly string[],
  recorded: ReadonlySet<string>,
  before: ReadonlyMap<string, number>,
): void {
  expect(repeated.filter((token) => recorded.has(token) || before.get(token) === 0)).toEqual([]);
}

/** What happened at the browsers of a broadcast that has ended. */
interface AtBrowsers {
  /** Contacts that got the message more than once. */
  readonly repeated: readonly string[];
  /** Those of them whose push service could not tell the sender that it had accepted the message. */
  readonly unanswered: number;
}

/**
 * Waits for the end of the broadcast. Checks what the product has recorded, and that each browser and device
 * has got the message, could read it, and that the sender made no mistake.
 */
async function settle(name: string, sent: Sent): Promise<AtBrowsers> {
  await expectSettled(product, sent);
  const deliveries = await readDeliveries(sent);
  expect([...deliveries].filter(([, count]) => count === 0)).toEqual([]);
  const repeated = [...deliveries].filter(([, count]) => count > 1).map(([token]) => token);
  let unanswered = 0;
  for (const service of Object.keys(sent.sizes) as ServiceName[]) {
    const { endpoints, undecryptable, faults } = await simulator.counts(service);
    // An access token may be rejected before its time.
    const mistakes = Object.keys(faults).filter((fault) => fault !== 'no-access-token');
    expect([undecryptable, mistakes]).toEqual([0, []]);
    const again = new Set(endpoints.repeated);
    unanswered += endpoints.unanswered.filter((index) => again.has(index)).length;
  }
  report.push(
    `${name}: ${sent.audience.size} contacts, ${repeated.length} got the message more than once, ` +
      `${unanswered} of them because the push service's response was lost`,
  );
  return { repeated, unanswered };
}

async function expectOnce(name: string, sent: Sent): Promise<void> {
  expect((await settle(name, sent)).repeated).toEqual([]);
}

it('repeats nothing but what was under way when push-api was killed', async () => {
  const name = 'push-api killed';
  await simulator.set({ latencyMedianMs: 200, latencyP99Ms: 500 });
  const sent = await sendTo('killed', { fcm: 3_000, mozilla: 1_000, wns: 500, apple: 500, firebase: 1_000 });
  const recorded = await recordedInTheMiddle(sent, 0.1);
  await pushApi.kill();
  const before = await readDeliveries(sent);
  await simulator.set(NO_LATENCY);
  pushApi = await startProduct('push-api', environment);
  const { repeated } = await settle(name, sent);
  expectUnderWay(repeated, recorded, before);
  const after = await readDeliveries(sent);
  expect(repeated.filter((token) => after.get(token) !== 2)).toEqual([]);
}, 240_000);

it('repeats nothing when push services end connections by GOAWAY or Connection: close', async () => {
  await simulator.set({ latencyMedianMs: 50, latencyP99Ms: 200 });
  await simulator.setConnections({ requestsPerConnection: 40 });
  const sent = await sendTo('go-away', { fcm: 2_000, mozilla: 500, wns: 500, apple: 500, firebase: 500 });
  for (const share of [0.1, 0.3, 0.5, 0.7]) {
    await delivered(sent, share);
    await simulator.act('/connections/go-away');
  }
  await simulator.setConnections({ requestsPerConnection: 0 });
  await simulator.set(NO_LATENCY);
  await expectOnce('GOAWAY', sent);
}, 240_000);

it('repeats nothing when push services refuse streams or break connections before they process a request', async () => {
  await simulator.set({ resetShare: 0.3 });
  const sent = await sendTo('refused', { fcm: 600, mozilla: 200, apple: 200 });
  await delivered(sent, 0.5);
  await simulator.set({ resetShare: 0 });
  await expectOnce('streams refused', sent);
}, 240_000);

it('repeats only what a push service had accepted when its response was lost', async () => {
  await simulator.set({ latencyMedianMs: 100, latencyP99Ms: 300, resetShare: 0.05, resetAfterAccepting: true });
  const sent = await sendTo('reset', { fcm: 600, mozilla: 200, wns: 200 });
  await delivered(sent, 0.5);
  await simulator.set({ ...NO_LATENCY, resetShare: 0, resetAfterAccepting: false });
  const { repeated, unanswered } = await settle('responses lost', sent);
  expect(unanswered).toBe(repeated.length);
}, 240_000);

it('repeats only what was under way when the connections broke', async () => {
  await simulator.set({ latencyMedianMs: 300, latencyP99Ms: 600 });
  const sent = await sendTo('broken', { fcm: 2_000, mozilla: 500, apple: 500 });
  const recorded = await recordedInTheMiddle(sent, 0.1);
  await simulator.act('/connections/break');
  const before = await readDeliveries(sent);
  await simulator.set(NO_LATENCY);
  const { repeated } = await settle('connections broken', sent);
  expectUnderWay(repeated, recorded, before);
}, 240_000);

it('repeats nothing when each response takes 20 s', async () => {
  await simulator.set({ latencyMedianMs: 20_000, latencyP99Ms: 0 });
  const sent = await sendTo('slow', { fcm: 40, mozilla: 20, wns: 20, apple: 20, firebase: 20 });
  await delivered(sent, 1);
  await expectOnce('latency of 20 s', sent);
  await simulator.set(NO_LATENCY);
}, 240_000);

it('repeats nothing in a storm of 429 and 406', async () => {
  await simulator.set({ rateLimitPerMinute: 150, rateLimitBy: 'site', retryAfterSeconds: 1 });
  const sent = await sendTo('storm', { fcm: 500, mozilla: 300, wns: 300, apple: 300, firebase: 300 });
  await waitFor(
    async () => Object.keys((await simulator.counts('fcm')).responses),
    (statuses) => statuses.includes('429'),
  );
  await delivered(sent, 0.4);
  await simulator.set({ rateLimitPerMinute: 0, retryAfterSeconds: 0 });
  await expectOnce('storm of 429 and 406', sent);
}, 240_000);

it('repeats nothing in outages of all services, and of the token endpoint', async () => {
  await simulator.set({ outage: 'unavailable', outageShare: 0.5, retryAfterSeconds: 1 });
  const sent = await sendTo('outage', { fcm: 300, mozilla: 100, wns: 100, apple: 100, firebase: 300 });
  await delivered(sent, 0.3);
  await simulator.act('/access-tokens/expire');
  await simulator.set({ outage: 'error', outageShare: 0.3 });
  await delivered(sent, 0.5);
  await simulator.set({ outage: 'none', outageShare: 1, retryAfterSeconds: 0 });
  await expectOnce('outages', sent);
}, 240_000);
