import { randomUUID } from 'node:crypto';
import type { ServiceSettings } from '../../../src/simulator/settings.js';
import type { PushServiceName } from '../../../src/simulator/service-names.js';
import { generateP256KeyPair } from '../../../src/core/crypto/p256.js';
import { type HttpResponse, request } from '../../support/http.js';
import { encryptId, messageIdOf } from '../../support/installation.js';
import { VAPID_KEYS } from '../../support/product-process.js';
import type { SimulatorProcess } from '../../support/simulator.js';
import { waitFor } from '../../support/wait-for.js';
import type { ConsoleStage } from './console-stage.js';

type Order = Parameters<SimulatorProcess['subscribe']>[0];

/** A contact as it was registered. */
export interface Registered {
  readonly deviceToken: string;
  readonly email: string;
  readonly visitorGuid: string;
}

/** Registers contacts, sends and waits by the public API and the simulator alone. */
export class ContactCases {
  /** No two subscriptions are the same. */
  private next = 0;

  constructor(
    private readonly stage: ConsoleStage,
    private readonly simulator: SimulatorProcess,
  ) {}

  ask(method: string, path: string, json?: unknown): Promise<HttpResponse> {
    const { api, keys } = this.stage;
    return request(method, api.url + path, { token: keys.superUser, ...(json !== undefined && { json }) });
  }

  set(settings: Partial<ServiceSettings>, service: PushServiceName): Promise<void> {
    return this.simulator.set(settings, service);
  }

  /** Registers contacts of a domain with subscriptions of the simulator; the first is returned. */
  async register(domain: string, order: Partial<Order> = {}): Promise<Registered> {
    const { count = 1 } = order;
    const common = { service: 'fcm', applicationServerKey: VAPID_KEYS.publicKey, origin: 'vendor' } as const;
    const subscriptions = await this.simulator.subscribe({ ...common, first: this.next, ...order });
    this.next += count;
    const contacts = subscriptions.map(({ endpoint, keys }) => {
      const visitorGuid = randomUUID();
      const subscription = { endPoint: endpoint, keys: { p256DH: keys.p256dh, auth: keys.auth } };
      const contact = { deviceToken: endpoint, email: `${visitorGuid}@example.com`, visitorGuid };
      return { contact, body: { domain, ...contact, subscription } };
    });
    for (const { body } of contacts) {
      const { status, text } = await this.ask('POST', '/push-contacts', body);
      if (status !== 200) throw new Error(`Registering answered ${status}: ${text}`);
    }
    const [first] = contacts;
    if (first === undefined) throw new Error('Nobody was registered');
    return first.contact;
  }

  /** A contact whose subscription belongs to another VAPID key. */
  registerWithOtherKey(domain: string): Promise<Registered> {
    return this.register(domain, { applicationServerKey: generateP256KeyPair().publicKey });
  }

  async send(domain: string, message: object = {}): Promise<string> {
    const json = { title: `Message to ${domain}`, body: 'The body', ...message };
    return messageIdOf(await this.ask('POST', `/messages/domains/${domain}`, json), 202);
  }

  /** Sends a message to a domain, and waits for its end. */
  async sendAndFinish(domain: string, message: object = {}): Promise<string> {
    const messageId = await this.send(domain, message);
    await waitFor(
      async () => (await this.ask('GET', `/messages/${messageId}/progress`)).body as { finishedAt: string | null },
      ({ finishedAt }) => finishedAt !== null,
    );
    return messageId;
  }

  /** Reports what the browser of a contact does with a message. */
  async track(domain: string, { deviceToken }: Registered, messageId: string, act: string): Promise<void> {
    const query = new URLSearchParams({ deviceToken }).toString();
    const { body } = await this.ask('GET', `/domains/${domain}/contacts?${query}`);
    const contactId = (body as { items: { contactId: string }[] }).items[0]?.contactId ?? '';
    const link = `/push-contacts/${encryptId(contactId)}/messages/${encryptId(messageId)}/${act}`;
    const { status } = await this.ask('POST', link);
    if (status !== 202) throw new Error(`${act} answered ${status}`);
  }

  /** Waits until the API gives this cause. */
  async untilCause(domain: string, messageId: string, key: Partial<Registered>, cause: string): Promise<void> {
    const query = new URLSearchParams({ messageId, ...key }).toString();
    await waitFor(
      async () => ((await this.ask('GET', `/domains/${domain}/diagnosis?${query}`)).body as { cause: string }).cause,
      (found) => found === cause,
    );
  }
}
