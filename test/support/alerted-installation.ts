import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { Installation } from './installation.js';
import { type MongodOnSmallDisk, startMongodOnSmallDisk } from './mongod-on-small-disk.js';
import { type NamedWorker, startWorker } from './named-workers.js';
import { type OwnRedis, startOwnRedis } from './own-redis.js';
import { type ProductProcess, pushApiEnvironment, startProduct } from './product-process.js';
import { type Prometheus, startPrometheus, type Target } from './prometheus.js';
import { shortenRules } from './shorten-rules.js';
import { waitFor } from './wait-for.js';

/** An hour of the rules takes 40 s, and five minutes 3.3 s. */
const FACTOR = 90;

/** Where a time of the product or of the test would not fit otherwise. */
const FACTORS = {
  // A worker sweeps every 5 s, which is more than its two minutes by the other factor.
  PushContactSweepFails: 15,
  // On a busy machine a process takes long to start.
  PushContactRestarting: 30,
  // A worker that loses its leases is not scraped for 20 s, which is its half hour by the other factor.
  PushContactLeasesLost: 30,
  // No contact may get an outcome for its half hour: the longest wait of all by the other factor.
  PushContactMessageStuck: 180,
  // Its six hours have to pass in a healthy run.
  PushContactLedgerDiskFilling: 2_160,
};

/** A busy machine is slow, and a scrape waits 2 s for a store that stands still. */
const PATIENT_SECONDS = 3;

/** On a machine that does nothing else the slowest takes 50 s. */
const FIRES_WITHIN_MS = 180_000;

const RULES = readFileSync('ops/prometheus/push-contact.rules.yml', 'utf8');

/** The labels by which an alert is told from others of its rule. */
type Labels = Readonly<Record<string, string>>;

interface Stores {
  readonly mongoDb: MongodOnSmallDisk;
  readonly redis: OwnRedis;
}

/** Processes of which there is one more than the work needs. */
interface Spare {
  api: ProductProcess;
  pushApi: ProductProcess;
}

/**
 * Two apis, two workers and a push-api with a MongoDB and a Redis of their own, scraped by a Prometheus that
 * has the shipped rules. The workers call a stand-in PushApi.
 */
export class AlertedInstallation {
  /** When every process had been scraped, and no alert was pending. */
  startedMs = 0;
  private readonly seen = new Map<string, number>();

  private constructor(
    readonly product: Installation,
    readonly workers: readonly [NamedWorker, NamedWorker],
    readonly stores: Stores,
    readonly prometheus: Prometheus,
    private readonly spare: Spare,
  ) {}

  static async start(): Promise<AlertedInstallation> {
    const [mongoDb, redis] = await Promise.all([startMongodOnSmallDisk(), startOwnRedis()]);
    const environment = { MONGODB_URI: mongoDb.uri, REDIS_URL: redis.url };
    const product = await Installation.start('alerts', { workers: 0, environment });
    const [api, pushApi, ...workers] = await Promise.all([
      product.startProcess('api', { METRICS_PORT: String(await freePort()) }),
      startPushApi(product, String(await freePort())),
      startWorker(product, 'one'),
      startWorker(product, 'two'),
    ]);
    const processes = [product.api, api, pushApi, ...workers.map(({ process }) => process)];
    const targets = processes.map(targetEvery(PATIENT_SECONDS));
    const prometheus = await startPrometheus(shortenRules(RULES, FACTOR, FACTORS), targets);
    const spare = { api, pushApi };
    const installation = new AlertedInstallation(product, workers, { mongoDb, redis }, prometheus, spare);
    await installation.settle(targets.length);
    return installation;
  }

  /** Before the first scrapes nothing is there, and an alert says so. */
  private async settle(targets: number): Promise<void> {
    const fromMs = Date.now();
    await waitFor(
      async () => [
        await this.prometheus.queryRange(`sum(up) == ${targets}`, fromMs),
        await this.prometheus.queryRange('ALERTS', Date.now()),
      ],
      ([up = [], alerts = []]) => up.length > 0 && alerts.length === 0,
    );
    this.startedMs = Date.now();
  }

  /** Of a worker whose sweeps fail and of a process that restarts, three seconds are too many. */
  async scrapeMoreOften(): Promise<void> {
    const { product, workers, spare } = this;
    const [frozen, sweeping] = workers;
    await this.prometheus.scrape([
      ...[product.api, spare.api, frozen.process].map(targetEvery(PATIENT_SECONDS)),
      targetEvery(2)(sweeping.process),
      targetEvery(1)(spare.pushApi),
    ]);
  }

  get spareApi(): ProductProcess {
    return this.spare.api;
  }

  get sparePushApi(): ProductProcess {
    return this.spare.pushApi;
  }

  async restartSpareApi(): Promise<void> {
    const { port } = new URL(this.spare.api.metricsUrl);
    await this.product.remove(this.spare.api, (process) => process.kill());
    this.spare.api = await this.product.startProcess('api', { METRICS_PORT: port });
  }

  async restartSparePushApi(): Promise<void> {
    const { port } = new URL(this.spare.pushApi.metricsUrl);
    await this.spare.pushApi.kill();
    this.spare.pushApi = await startPushApi(this.product, port);
  }

  /** As a machine's crash would. */
  async killAll(): Promise<void> {
    await Promise.all([...this.product.running(), this.spare.pushApi].map((process) => process.kill()));
  }

  /** The alerts that have fired, in milliseconds after their cause. */
  get fired(): ReadonlyMap<string, number> {
    return this.seen;
  }

  /**
   * Does something again and again until all of these alerts have fired since then. Throws when one had fired
   * before, or does not fire.
   */
  async fires(alerts: Readonly<Record<string, Labels>>, act = wait): Promise<void> {
    const fromMs = Date.now();
    const early = await this.findFiring(alerts, this.startedMs);
    if (early.length > 0) throw new Error(`Fired before its cause: ${early.join(', ')}`);
    let missing = Object.keys(alerts);
    while (missing.length > 0) {
      if (Date.now() - fromMs > FIRES_WITHIN_MS) throw new Error(`Not fired: ${missing.join(', ')}`);
      await act();
      const firing = await this.findFiring(alerts, fromMs);
      for (const alert of firing.filter((each) => missing.includes(each))) this.seen.set(alert, Date.now() - fromMs);
      missing = missing.filter((alert) => !this.seen.has(alert));
    }
  }

  private async findFiring(alerts: Readonly<Record<string, Labels>>, fromMs: number): Promise<string[]> {
    const all = await this.prometheus.queryRange('ALERTS{alertstate="firing"}', fromMs);
    return Object.entries(alerts).flatMap(([alert, labels]) =>
      all.some(({ metric }) => metric.alertname === alert && has(metric, labels)) ? [alert] : [],
    );
  }

  async stop(): Promise<void> {
    await this.prometheus.stop();
    await this.killAll();
    await this.product.stopAndKeepData();
    await Promise.all([this.stores.redis.stop(), this.stores.mongoDb.stop()]);
  }
}

function startPushApi({ keys }: Installation, metricsPort: string): Promise<ProductProcess> {
  return startProduct('push-api', { ...pushApiEnvironment(keys.folder), METRICS_PORT: metricsPort });
}

function targetEvery(seconds: number): (process: ProductProcess) => Target {
  return (process) => ({ address: instanceOf(process), seconds });
}

/** The label of a process in its metrics and alerts. */
export function instanceOf({ metricsUrl }: ProductProcess): string {
  return new URL(metricsUrl).host;
}

function has(metric: Labels, labels: Labels): boolean {
  return Object.entries(labels).every(([name, value]) => metric[name] === value);
}

async function wait(): Promise<void> {
  await sleep(500);
}
