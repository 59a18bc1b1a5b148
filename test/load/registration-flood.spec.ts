import { Pool } from 'undici';
import { generateP256KeyPair } from '../../src/core/crypto/p256.js';
import { whenAllIsCounted } from '../support/counted.js';
import { Installation } from '../support/installation.js';

const REGISTRATIONS = 100_000;
const AT_ONCE = 100;
const MAX_SECONDS = 60;

/** The default of RATE_LIMIT_REGISTRATIONS_PER_MINUTE. */
const ALLOWANCE = 600;

let product: Installation;
let attempts = 0;

beforeAll(async () => {
  product = await Installation.start('registration_flood', {
    workers: 0,
    environment: { RATE_LIMIT_REGISTRATIONS_PER_MINUTE: '', RATE_LIMIT_ANONYMOUS_PER_MINUTE: '' },
  });
}, 60_000);

afterAll(async () => {
  expect(await product.stop()).toEqual([0]);
});

it('stores at most its allowance of a flood of 100,000 registrations from one address', async () => {
  const { statuses, seconds, token } = await whenAllIsCounted([product.api], flood);
  const contacts = await product.db.find('push-contacts', {});
  const stored = contacts.filter(({ device_token: deviceToken }) => String(deviceToken).startsWith(token)).length;

  // A second minute would have an allowance of its own.
  expect(seconds).toBeLessThan(MAX_SECONDS);
  expect([...statuses.keys()].sort()).toEqual([200, 429]);
  expect((statuses.get(200) ?? 0) + (statuses.get(429) ?? 0)).toBe(REGISTRATIONS);
  expect(stored).toBe(statuses.get(200));
  expect(stored).toBe(ALLOWANCE);
});

/** All of 127.0.0.0/8 is this machine, so that each attempt has an address of its own. */
async function flood(): Promise<{ statuses: Map<number, number>; seconds: number; token: string }> {
  attempts += 1;
  const pool = new Pool(product.api.url, { connections: AT_ONCE, localAddress: `127.0.0.${attempts}` });
  const keys = { p256DH: generateP256KeyPair().publicKey, auth: 'BTBZMqHH6r4Tts7J_aSIgg' };
  const token = `made-up-${attempts}-`;
  const statuses = new Map<number, number>();
  let next = 0;
  const registerOnAndOn = async (): Promise<void> => {
    while (next < REGISTRATIONS) {
      const number = (next += 1);
      const domain = ['made-up.example', '<script>', `made-up-${number}.example`][number % 3];
      const subscription = { endPoint: `https://push.example.com/${number}`, keys };
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/push-contacts',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ domain, deviceToken: token + String(number), subscription }),
      });
      await body.dump();
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, registerOnAndOn));
  const seconds = (performance.now() - startedMs) / 1_000;
  await pool.close();
  return { statuses, seconds, token };
}
