import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type HttpResponse, request, type RequestOptions } from './http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from './product-process.js';
import {
  startStandInPushApi,
  type StandInPushApi,
  type SubscriptionOfCall,
  type WebPushCall,
} from './stand-in-push-api.js';
import { type StoredDocument, TestDatabase, uuid } from './test-database.js';
import { createTestKeys, type TestKeys } from './tokens.js';
import { waitFor } from './wait-for.js';

export interface Progress {
  readonly messageId: string;
  readonly domain: string;
  readonly state: string;
  readonly planned: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly pending: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly sendAt?: string;
  readonly waitingFor?: readonly WaitReason[];
  readonly nextAttemptAt?: string | null;
}

interface WaitReason {
  readonly pushService: string | null;
  readonly status: number | null;
  readonly reason: string;
  readonly contacts: number;
}

export interface CountedOutcome {
  readonly pushService: string | null;
  readonly outcome: 'delivered' | 'notDelivered';
  readonly reason: string | null;
  readonly contacts: number;
}

interface OutcomesByService {
  readonly isComplete: boolean;
  readonly items: readonly CountedOutcome[];
}

interface InstallationOptions {
  /** The `dist/main.js` of another build, which the first processes are of. */
  readonly main?: string;
  readonly workers?: number;
  readonly latencyMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The product's processes with MongoDB, Redis and a stand-in PushApi, and the requests and queries of the
 * tests.
 */
export class Installation {
  private readonly processes: ProductProcess[] = [];
  private readonly apis = new Set<ProductProcess>();

  private constructor(
    readonly keys: TestKeys,
    readonly pushApi: StandInPushApi,
    readonly db: TestDatabase,
    readonly database: string,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Starts one api and `workers` workers, one by default. */
  static async start(name: string, options: InstallationOptions = {}): Promise<Installation> {
    const database = uniqueDatabase(name);
    const keys = await createTestKeys();
    const pushApi = await startStandInPushApi(options.latencyMs);
    const environment = { ...baseEnvironment(database, keys.folder, pushApi.url), ...options.environment };
    const db = await TestDatabase.open(database, environment.MONGODB_URI, environment.CONTACT_KEY);
    const installation = new Installation(keys, pushApi, db, database, environment);
    await installation.startProcess('api', {}, options.main);
    for (let worker = 0; worker < (options.workers ?? 1); worker += 1) {
      await installation.startProcess('worker', {}, options.main);
    }
    return installation;
  }

  /** The api that has run for longest. */
  get api(): ProductProcess {
    const api = this.processes.find((process) => this.apis.has(process));
    if (api === undefined) throw new Error('No api is started');
    return api;
  }

  /** Starts one more process, of this build or of that of `main`. `stop` stops it with the others. */
  async startProcess(
    mode: 'api' | 'worker',
    environment: Readonly<Record<string, string>> = {},
    main?: string,
  ): Promise<ProductProcess> {
    const process = await startProduct(mode, { ...this.environment, ...environment }, main);
    this.processes.push(process);
    if (mode === 'api') this.apis.add(process);
    return process;
  }

  /** The processes that `stop` stops. */
  running(): readonly ProductProcess[] {
    return [...this.processes];
  }

  /** What each process has printed so far. */
  outputs(): string[] {
    return this.processes.map((process) => process.output());
  }

  /** The metrics of all processes, as text. */
  async metrics(): Promise<string> {
    const responses = await Promise.all(this.processes.map(({ metricsUrl }) => request('GET', metricsUrl)));
    return responses.map(({ text }) => text).join('\n');
  }

  /** Removes a process from those that `stop` stops, and ends it by `end`. */
  async remove<T = void>(process: ProductProcess, end: (process: ProductProcess) => Promise<T>): Promise<T> {
    this.processes.splice(this.processes.indexOf(process), 1);
    return end(process);
  }

  /** Stops everything and drops the database. Resolves with the exit codes of the processes. */
  async stop(): Promise<(number | null)[]> {
    const codes = await this.stopProcesses();
    await this.db.close();
    return codes;
  }

  /**
   * Like `stop`, but keeps the database: open transactions of killed processes would delay the drop by a
   * minute.
   */
  async stopAndKeepData(): Promise<(number | null)[]> {
    const codes = await this.stopProcesses();
    await this.db.closeAndKeepData();
    return codes;
  }

  private async stopProcesses(): Promise<(number | null)[]> {
    const codes = await Promise.all(this.processes.map((process) => process.stop()));
    await Promise.all([this.pushApi.stop(), this.keys.remove()]);
    return codes;
  }

  ask(method: string, path: string, options: RequestOptions = {}): Promise<HttpResponse> {
    return request(method, this.api.url + path, options);
  }

  askAsSuperUser(method: string, path: string, options: RequestOptions = {}): Promise<HttpResponse> {
    return this.ask(method, path, { token: this.keys.superUser, ...options });
  }

  /** Sends a message to a domain. Resolves with the message's id. */
  async send(domain: string, message: object, options: RequestOptions = {}): Promise<string> {
    const json = { body: 'The body', ...message };
    return messageIdOf(await this.askAsSuperUser('POST', `/messages/domains/${domain}`, { json, ...options }), 202);
  }

  /** Stores a message for visitors. Resolves with its id. */
  async store(domain: string, message: object): Promise<string> {
    const json = { domain, message: { body: 'The body', ...message } };
    return messageIdOf(await this.askAsSuperUser('POST', '/message', { json }), 200);
  }

  async progress(messageId: string): Promise<Progress> {
    const { status, body } = await this.askAsSuperUser('GET', `/messages/${messageId}/progress`);
    if (status !== 200) throw new Error(`progress answered ${status}`);
    return body as Progress;
  }

  /** Waits until all deliveries of the message have ended. Resolves with the progress. */
  finished(messageId: string, timeoutMs?: number): Promise<Progress> {
    return waitFor(
      () => this.progress(messageId),
      ({ finishedAt }) => finishedAt !== null,
      timeoutMs,
    );
  }

  /** What explains a message that does not go on: its delivery, its batches, the end of each output. */
  async describe(messageId: string): Promise<string> {
    const ofMessage = { message_id: uuid(messageId) };
    const deliveries = await this.db.find('deliveries', ofMessage);
    const batches = await this.db.pick(
      'deliveryBatches',
      ofMessage,
      'state',
      'starts',
      'attempt',
      'waiting_for',
      'due_at',
      'lease_until',
      'lease_owner',
    );
    const outputs = this.processes.map((process) => process.output().trimEnd().split('\n').slice(-10).join('\n'));
    return [JSON.stringify({ now: new Date(), deliveries, batches }), ...outputs].join('\n');
  }

  /** What became of a message by push service and reason. */
  async outcomesByService(messageId: string): Promise<OutcomesByService> {
    const { status, body } = await this.askAsSuperUser('GET', `/messages/${messageId}/outcomes`);
    if (status !== 200) throw new Error(`outcomes answered ${status}`);
    return body as OutcomesByService;
  }

  /** Type and sub-type of each outcome by device token. Throws if a contact has two. */
  async outcomes(messageId: string): Promise<Record<string, [number, number]>> {
    const events = await this.events(messageId, [0, 3, 4, 5]);
    const outcomes = events.map((event): [string, [number, number]] => [
      event.device_token as string,
      [Number(event.type), Number(event.sub_type)],
    ]);
    if (new Set(outcomes.map(([token]) => token)).size !== outcomes.length)
      throw new Error('A contact has two outcomes');
    return Object.fromEntries(outcomes);
  }

  events(messageId: string, types: readonly number[]): Promise<StoredDocument[]> {
    return this.db.find('webPushEvent', { message_id: uuid(messageId), type: { $in: types } });
  }

  /** The message's counters in `messages`, and the sums of its counters in `messageStats`. */
  async counters(messageId: string): Promise<{ message: Record<string, number>; stats: Record<string, number> }> {
    const [message] = await this.db.find('messages', { message_id: uuid(messageId) });
    const hours = await this.db.find('messageStats', { message_id: uuid(messageId) });
    const names = ['sent', 'delivered', 'not_delivered', 'billable_sends', 'received'];
    const total = (name: string): number => hours.reduce((sum, hour) => sum + Number(hour[name] ?? 0), 0);
    return {
      message: Object.fromEntries([...names, 'clicks'].map((name) => [name, Number(message?.[name])])),
      stats: Object.fromEntries([...names, 'click', 'action_click', ...UNIQUE].map((name) => [name, total(name)])),
    };
  }

  webPushCalls(title: string): WebPushCall[] {
    return this.pushApi.webPushCalls.filter(({ notificationTitle }) => notificationTitle === title);
  }

  /** Subscriptions in the calls with this title, once for each time they were sent to. */
  subscriptionsSent(title: string): SubscriptionOfCall[] {
    return this.webPushCalls(title).flatMap(({ subscriptions }) => subscriptions);
  }

  /** Device tokens in the calls with this title, once for each time they were sent to. */
  tokensSent(title: string): string[] {
    return this.pushApi.messageCalls.filter((call) => call.notificationTitle === title).flatMap(({ tokens }) => tokens);
  }

  async activeTokens(domain: string): Promise<string[]> {
    const contacts = await this.db.contactsOf(domain);
    return contacts.flatMap(({ deleted, device_token: token }) => (deleted ? [] : [token])).sort();
  }
}

/** Counters that are absent until there is one. */
const UNIQUE = ['unique_received', 'unique_click', 'unique_action_click'];

export function messageIdOf({ status, body, text }: HttpResponse, expectedStatus: number): string {
  if (status !== expectedStatus) throw new Error(`Answered ${status} instead of ${expectedStatus}: ${text}`);
  return (body as { messageId: string }).messageId;
}

const ID_KEY = Buffer.from('5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=', 'base64');
const ID_IV = Buffer.from('7yZ8kT8L7UeO8JpH3Ir6jQ==', 'base64');

/**
 * Encrypts an id for a tracking link, independently of the product: AES-256-CBC with the keys of
 * `baseEnvironment`.
 */
export function encryptId(text: string): string {
  const cipher = createCipheriv('aes-256-cbc', ID_KEY, ID_IV);
  return cipher.update(text, 'utf8', 'base64url') + cipher.final('base64url');
}

/** Decrypts an id of a tracking link, independently of the product. */
export function decryptId(encrypted: string): string {
  const decipher = createDecipheriv('aes-256-cbc', ID_KEY, ID_IV);
  return decipher.update(encrypted, 'base64url', 'utf8') + decipher.final('utf8');
}

export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}
