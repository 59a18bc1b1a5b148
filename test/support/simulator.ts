import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CountsReport } from '../../src/simulator/counters.js';
import type { ReceivedMessage } from '../../src/simulator/messages.js';
import type { DeviceTokenForm } from '../../src/simulator/services/firebase.js';
import type { PushServiceName, ServiceName } from '../../src/simulator/service-names.js';
import type { ServiceSettings } from '../../src/simulator/settings.js';
import type { Behaviour } from '../../src/simulator/subscriptions/endpoint-tokens.js';
import { request } from './http.js';
import { testEnvironment } from './test-environment.js';

const BUILT = new URL('../../dist/simulator/', import.meta.url);
const START_MS = 30_000;

/** A test wants to read every message. */
const TEST_ARGUMENTS = ['--keep-messages=10000', '--set=decryptShare=1'];

export interface SimulatedSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

interface Order {
  readonly service: PushServiceName;
  readonly first?: number;
  readonly count?: number;
  readonly behaviour?: Behaviour;
  readonly site?: string;
  readonly applicationServerKey?: string;
  readonly origin?: 'vendor' | 'local';
}

interface DeviceTokenOrder extends Omit<Order, 'service' | 'applicationServerKey' | 'origin'> {
  readonly form?: DeviceTokenForm;
}

/** A running simulator of the push services, in a process of its own. */
export class SimulatorProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly built: URL,
    /** Where the services listen. */
    readonly origin: string,
    private readonly adminUrl: string,
    private readonly folder: string,
  ) {}

  /** Starts one that decrypts and keeps every message, unless `args` say otherwise. */
  static start(...args: string[]): Promise<SimulatorProcess> {
    return SimulatorProcess.startFrom(BUILT, ...TEST_ARGUMENTS, ...args);
  }

  /** Starts the simulator of this folder. Rejects with its output if it ends or takes 30 s. */
  static async startFrom(built: URL, ...args: string[]): Promise<SimulatorProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'push-contact-simulator-'));
    const own = ['--port=0', '--admin-port=0', `--data-dir=${folder}`];
    const child = spawn(process.execPath, [fileURLToPath(new URL('main.js', built)), ...own, ...args], {
      env: { PATH: testEnvironment('PATH') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = await readStart(child);
    const [, origin = ''] = /Push services +(\S+)/.exec(output) ?? [];
    const [, adminUrl = ''] = /Admin +(\S+)/.exec(output) ?? [];
    return new SimulatorProcess(child, built, origin, adminUrl, folder);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The path of the certificate that signs itself. */
  get certificate(): string {
    return join(this.folder, 'ca.pem');
  }

  /** Settings of a Node.js process that make it reach the simulator at the vendors' names. */
  get environment(): Readonly<Record<string, string>> {
    return {
      SIMULATOR_PORT: new URL(this.origin).port,
      NODE_EXTRA_CA_CERTS: this.certificate,
      NODE_OPTIONS: `--import=${new URL('redirect.js', this.built).href}`,
      FIREBASE_CREDENTIALS_FILE: join(this.folder, 'service-account.json'),
    };
  }

  subscribe(order: Order): Promise<SimulatedSubscription[]> {
    return this.call('POST', '/subscriptions', order) as Promise<SimulatedSubscription[]>;
  }

  deviceTokens(order: DeviceTokenOrder): Promise<string[]> {
    return this.call('POST', '/device-tokens', order) as Promise<string[]>;
  }

  async set(settings: Partial<ServiceSettings>, service?: ServiceName): Promise<void> {
    await this.call('PATCH', service === undefined ? '/settings' : `/settings/${service}`, settings);
  }

  async setConnections(settings: object): Promise<void> {
    await this.call('PATCH', '/settings/connections', settings);
  }

  async counts(service: ServiceName): Promise<CountsReport> {
    return ((await this.call('GET', '/counts')) as Record<ServiceName, CountsReport>)[service];
  }

  async messages(service: ServiceName): Promise<ReceivedMessage[]> {
    const messages = (await this.call('GET', '/messages')) as ReceivedMessage[];
    return messages.filter((message) => message.service === service);
  }

  async connections(): Promise<number> {
    return ((await this.call('GET', '/')) as { connections: number }).connections;
  }

  async act(path: '/reset' | '/connections/go-away' | '/connections/break' | '/access-tokens/expire'): Promise<void> {
    await this.call('POST', path);
  }

  /** Sends a request to the admin port. Throws for any response but 2xx. */
  async call(method: string, path: string, json?: unknown): Promise<unknown> {
    const response = await request(method, this.adminUrl + path, json === undefined ? {} : { json });
    if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
    return response.body;
  }

  async stop(): Promise<number | null> {
    if (this.child.exitCode === null) {
      const closed = once(this.child, 'close');
      this.child.kill('SIGTERM');
      await closed;
    }
    await rm(this.folder, { recursive: true, force: true });
    return this.child.exitCode;
  }
}

/** Resolves with what the simulator prints when it listens. */
function readStart(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const deadline = setTimeout(() => child.kill('SIGKILL'), START_MS);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!/Environment +\S+/.test(output)) return;
      clearTimeout(deadline);
      resolve(output);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => {
      clearTimeout(deadline);
      reject(new Error(`The simulator did not start:\n${output}`));
    });
  });
}
