import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { Installation } from '../support/installation.js';
import { request } from '../support/http.js';
import { baseEnvironment, runProduct, startProduct } from '../support/product-process.js';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('metrics');
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

const environment = (): Readonly<Record<string, string>> =>
  baseEnvironment(product.database, product.keys.folder, product.pushApi.url);

describe('the metrics of a process', () => {
  it('are served on a port of their own, and not on the public one', async () => {
    const { url, metricsUrl } = product.api;
    expect(new URL(metricsUrl).port).not.toBe(new URL(url).port);
    const { status, text, headers } = await request('GET', metricsUrl);
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
    expect(text).toContain('process_cpu_seconds_total');
    expect((await request('GET', `${url}/metrics`)).status).toBe(404);
  });

  it.each([
    ['POST', '/metrics'],
    ['GET', '/'],
    ['GET', '/health/live'],
    ['GET', '/metrics/x'],
  ])('their port has nothing at %s %s', async (method, path) => {
    const { origin } = new URL(product.api.metricsUrl);
    expect((await request(method, origin + path, method === 'POST' ? { raw: 'x' } : {})).status).toBe(404);
  });

  it('of a worker and of a PushApi are served as well', async () => {
    const worker = await startProduct('worker', environment());
    const pushApi = await startProduct('push-api', environment());
    const statuses = [];
    for (const { metricsUrl } of [worker, pushApi]) statuses.push((await request('GET', metricsUrl)).status);
    expect(await Promise.all([worker.stop(), pushApi.stop()])).toEqual([0, 0]);
    expect(statuses).toEqual([200, 200]);
  });

  it('are rendered once for many callers: hundreds at once do not keep the API from answering', async () => {
    const { url, metricsUrl } = product.api;
    const { port, hostname } = new URL(metricsUrl);
    const sockets = await Promise.all(Array.from({ length: 300 }, () => open(Number(port), hostname)));
    for (const socket of sockets) socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50));
    const started = performance.now();
    expect((await request('GET', `${url}/health/live`)).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(2_000);
    for (const socket of sockets) socket.destroy();
  });
});

describe('a METRICS_PORT that is in use', () => {
  it('ends the start and is named', async () => {
    const taken = new URL(product.api.metricsUrl).port;
    const ended = await runProduct(['--mode=push-api'], { ...environment(), METRICS_PORT: taken });
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/^METRICS_PORT: /)]);
  });

  it('is replaced by a free one in development when it is the default', async () => {
    const unset = { ...environment(), METRICS_PORT: '' };
    const first = await startProduct('push-api', unset);
    const second = await startProduct('push-api', unset);
    const ports = [first, second].map(({ metricsUrl }) => new URL(metricsUrl).port);
    expect(await Promise.all([first.stop(), second.stop()])).toEqual([0, 0]);
    expect(new Set(ports).size).toBe(2);
  });
});

async function open(port: number, host: string): Promise<Socket> {
  const socket = connect(port, host);
  // The server closes connections beyond its limit.
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  socket.resume();
  return socket;
}
