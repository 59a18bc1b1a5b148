import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import webPush from 'web-push';
import { trackingLinksOf, payloadFor, type Recipients, TTL_SECONDS } from './notification.js';
import type { PushServices } from './simulators.js';
import { VAPID } from './simulators.js';
import { encryptByNode } from './web-push-floor.js';

/** What C takes for a notification on a core: OpenSSL for the keys, nghttp2 for the request. */
export interface Limit {
  /** Microseconds of `openssl speed`: ECDH on P-256. */
  readonly ecdhMicroseconds: number;
  /** Of an ECDSA signature, whose multiplication of the base point is that of a new key pair. */
  readonly keyPairMicroseconds: number;
  /** CPU microseconds of h2load for posting one body over TLS and HTTP/2. */
  readonly postMicroseconds: number;
  /** What the simulator served meanwhile: where a sender comes near, the simulator is the bound. */
  readonly servedPerSecond: number;
}

type SubscriptionRecipients = Extract<Recipients, { kind: 'subscriptions' }>;

const SPEED_SECONDS = 2;
const REQUESTS = 20_000;
const [CONNECTIONS, STREAMS] = [10, 100];

/** For subscriptions. Resolves with the reason, if a tool is missing or fails. */
export async function measureLimit(
  services: PushServices,
  recipients: SubscriptionRecipients,
  folder: string,
): Promise<Limit | string> {
  try {
    return { ...(await measureOpenSsl()), ...(await measureH2load(services, recipients, folder)) };
  } catch (error) {
    return `not measured: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function measureOpenSsl(): Promise<Pick<Limit, 'ecdhMicroseconds' | 'keyPairMicroseconds'>> {
  const speed = await run('openssl', ['speed', '-seconds', String(SPEED_SECONDS), '-mr', 'ecdhp256', 'ecdsap256']);
  // -mr prints `+F4:number:bits:signatures a second:…` and `+F5:number:bits:agreements a second:…`.
  const rateOf = (line: RegExp): number => Number(line.exec(speed)?.[1]);
  const [signatures, agreements] = [rateOf(/^\+F4:\d+:256:([\d.]+)/m), rateOf(/^\+F5:\d+:256:([\d.]+)/m)];
  if (!(signatures > 0) || !(agreements > 0)) throw new Error('openssl speed printed no rates');
  return { ecdhMicroseconds: 1e6 / agreements, keyPairMicroseconds: 1e6 / signatures };
}

async function measureH2load(
  services: PushServices,
  recipients: SubscriptionRecipients,
  folder: string,
): Promise<Pick<Limit, 'postMicroseconds' | 'servedPerSecond'>> {
  const [subscription] = recipients.subscriptions;
  if (subscription === undefined) throw new Error('there is no subscription');
  const body = join(folder, `h2load-${randomBytes(6).toString('hex')}`);
  await writeFile(body, encryptByNode(subscription.keys, Buffer.from(payloadFor(trackingLinksOf(0)))));
  const { origin, pathname } = new URL(subscription.endpoint);
  const { publicKey, privateKey, subject } = VAPID;
  const { Authorization: authorization } = webPush.getVapidHeaders(origin, subject, publicKey, privateKey, 'aes128gcm');
  const headers = {
    ':authority': new URL(origin).host,
    authorization,
    ttl: TTL_SECONDS,
    'content-encoding': 'aes128gcm',
    'content-type': 'application/octet-stream',
  };
  await services.prepare(0);
  // `times` of the shell tells its children's CPU time in its last line, "0m1.25s 0m0.33s".
  const output = await run('sh', [
    '-c',
    'h2load "$@" && times',
    'h2load',
    ...['-n', String(REQUESTS), '-c', String(CONNECTIONS), '-m', String(STREAMS), '-d', body],
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    services.origin + pathname,
  ]);
  const succeeded = Number(/, (\d+) 2xx/.exec(output)?.[1] ?? /status codes: (\d+) 2xx/.exec(output)?.[1]);
  if (succeeded !== REQUESTS) throw new Error(`h2load: ${succeeded} of ${REQUESTS} requests were accepted`);
  const times = [...(output.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  const servedPerSecond = Number(/finished in .*?, ([\d.]+) req\/s/.exec(output)?.[1]);
  return { postMicroseconds: (seconds / REQUESTS) * 1e6, servedPerSecond };
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${code ?? 'a signal'}: ${errors.trim().slice(-200)}`));
    });
  });
}
