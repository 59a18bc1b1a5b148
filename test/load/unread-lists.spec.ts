import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { peakResidentKb } from '../support/peak-memory.js';
import { waitFor } from '../support/wait-for.js';

const CONTACTS = 100_000;
const INSERTED_AT_ONCE = 10_000;
const READERS = 300;

/** More than an api allows in one process, see `LimitedStreams`; the rest is refused. */
const MAX_STREAMS = 32;

/** 32 lists of 36 MB each: with a thousand contacts of each in memory they took 180 MB. */
const MAX_GROWTH_MB = 120;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('unread_lists', { workers: 0 });
  const endpoint = `https://push.example/${'x'.repeat(200)}`;
  for (let start = 0; start < CONTACTS; start += INSERTED_AT_ONCE) {
    const tokens = Array.from({ length: INSERTED_AT_ONCE }, (_, index) => `token-${start + index}`);
    await product.db.addContacts('large.example.com', tokens, (token) => ({
      subscription: { endpoint: `${endpoint}-${token}`, p256dh: 'k'.repeat(87), auth: 'a'.repeat(22) },
    }));
  }
}, 60_000);

afterAll(async () => {
  expect(await product.stop()).toEqual([0]);
});

/** Asks for the list and reads only the first bytes of the response. */
async function askWithoutReading(): Promise<{ readonly socket: Socket; readonly status: string }> {
  const socket = connect(Number(new URL(product.api.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'GET /push-contacts?domain=large.example.com HTTP/1.1\r\nHost: push-contact\r\n' +
      `Authorization: Bearer ${product.keys.superUser}\r\n\r\n`,
  );
  await once(socket, 'readable');
  const start: unknown = socket.read();
  return { socket, status: String(start).slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length) };
}

it('keeps little in memory for lists that nobody reads, and serves others', async () => {
  const beforeKb = await peakResidentKb(product.api.pid);
  const readers = await Promise.all(Array.from({ length: READERS }, askWithoutReading));
  const statuses = readers.map(({ status }) => status);
  expect(statuses.filter((status) => status === '200')).toHaveLength(MAX_STREAMS);
  expect(statuses.filter((status) => status === '503')).toHaveLength(READERS - MAX_STREAMS);

  const ready = await waitFor(
    () => request('GET', `${product.api.url}/health/ready`),
    ({ status }) => status === 200,
  );
  expect(ready.body).toMatchObject({ status: 'ok' });
  const growthMb = ((await peakResidentKb(product.api.pid)) - beforeKb) / 1_024;
  console.log(`peak resident memory grew by ${Math.round(growthMb)} MB`);
  expect(growthMb).toBeLessThan(MAX_GROWTH_MB);
  for (const { socket } of readers) socket.destroy();
}, 120_000);
