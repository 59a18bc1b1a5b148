import { generateP256KeyPair } from '../src/core/crypto/p256.js';
import { SimulatorProcess } from '../test/support/simulator.js';
import { inRepository } from './paths.js';
import type { Recipients } from './notification.js';
import { recipientsOf } from './notification.js';
import type { Environment } from './product.js';
import type { ContactKind } from './seed.js';

/** What the push services speak: HTTP/2 with HTTP/1.1 beside it by ALPN, or HTTP/1.1 alone. */
export type ServiceProtocol = 'HTTP/2' | 'HTTP/1.1';

const ALPN: Readonly<Record<ServiceProtocol, string>> = { 'HTTP/2': 'h2,http/1.1', 'HTTP/1.1': 'http/1.1' };

/** A response at the 99th percentile takes so many times longer than the median. */
const TAIL = 2.5;

/** How many recipients come in one response. */
const MADE_AT_ONCE = 20_000;

/** Enough to notice a sender that encrypts wrongly, few enough to cost nothing. */
const DECRYPTED_SHARE = 0.001;

/** The simulated push services and FCM of one protocol, in a process of their own. */
export interface PushServices {
  readonly protocol: ServiceProtocol;
  readonly pid: number;
  /** Where they listen. */
  readonly origin: string;
  /** The path of their certificate. */
  readonly certificate: string;
  /** Settings with which a Node.js process reaches them at the vendors' names. */
  readonly environment: Environment;
  subscribe(kind: ContactKind, count: number): Promise<Recipients>;
  /** Forgets what was counted, and sets the median of the responses' latency. */
  prepare(latencyMs: number): Promise<void>;
  /** Throws unless each of the first `count` recipients got one message, and the sender made no mistake. */
  assertDeliveredOnce(kind: ContactKind, count: number): Promise<void>;
  stop(): Promise<void>;
}

/** The key that all senders of a run sign with. */
export const VAPID = { ...generateP256KeyPair(), subject: 'mailto:operations@example.com' };

export async function startPushServices(protocol: ServiceProtocol): Promise<PushServices> {
  const simulator = await SimulatorProcess.startFrom(
    new URL(`file://${inRepository('dist/simulator/')}`),
    `--protocols=${ALPN[protocol]}`,
    `--set=decryptShare=${DECRYPTED_SHARE}`,
  );
  // It must not outlive the benchmark, even if that fails.
  const kill = (): boolean => process.kill(simulator.pid, 'SIGKILL');
  process.once('exit', kill);
  return {
    protocol,
    pid: simulator.pid,
    origin: simulator.origin,
    certificate: simulator.certificate,
    environment: simulator.environment,
    async subscribe(kind, count) {
      const made: unknown[] = [];
      while (made.length < count) {
        const range = { first: made.length, count: Math.min(MADE_AT_ONCE, count - made.length) };
        const order = { ...range, service: 'fcm', applicationServerKey: VAPID.publicKey } as const;
        made.push(...(await (kind === 'tokens' ? simulator.deviceTokens(range) : simulator.subscribe(order))));
      }
      return recipientsOf(kind, made);
    },
    async prepare(latencyMs) {
      await simulator.act('/reset');
      const settings = { latencyMedianMs: latencyMs, latencyP99Ms: latencyMs * TAIL };
      await simulator.set(settings, 'fcm');
      await simulator.set(settings, 'firebase');
    },
    async assertDeliveredOnce(kind, count) {
      const { endpoints, undecryptable, faults } = await simulator.counts(kind === 'tokens' ? 'firebase' : 'fcm');
      if (endpoints.once === count && endpoints.repeatedly === 0 && undecryptable === 0) return;
      const found = JSON.stringify({ once: endpoints.once, repeatedly: endpoints.repeatedly, undecryptable, faults });
      throw new Error(`Not every one of ${count} recipients got one message: ${found}`);
    },
    async stop() {
      process.off('exit', kill);
      await simulator.stop();
    },
  };
}
