import http, { type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import webPush from 'web-push';
import { type HttpResponse, request } from '../support/http.js';
import {
  baseEnvironment,
  type ProductEnvironment,
  type ProductProcess,
  startProduct,
  uniqueDatabase,
} from '../support/product-process.js';
import { TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';

const VAPID = webPush.generateVAPIDKeys();
const FEW_KB = 16_384;

let keys: TestKeys;
let db: TestDatabase;
let environment: ProductEnvironment;
let api: ProductProcess;

beforeAll(async () => {
  const database = uniqueDatabase('push_script');
  keys = await createTestKeys();
  db = await TestDatabase.open(database);
  environment = baseEnvironment(database, keys.folder, 'http://127.0.0.1:9');
  api = await startProduct('api', {
    ...environment,
    VAPID_PUBLIC_KEY: VAPID.publicKey,
    VAPID_PRIVATE_KEY: VAPID.privateKey,
    VAPID_SUBJECT: 'mailto:push@example.com',
  });
});

afterAll(async () => {
  await api.stop();
  await Promise.all([db.close(), keys.remove()]);
});

function get(path: string, headers: Record<string, string> = {}): Promise<HttpResponse> {
  return request('GET', api.url + path, { headers });
}

/** Requests without decompressing, and with no headers but these. */
function getRaw(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = http.request(api.url + path, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject).end();
  });
}

describe.each([
  ['/push-script.js', 'text/javascript; charset=utf-8', 'push-configuration'],
  ['/push-service-worker.js', 'text/javascript; charset=utf-8', 'notificationclick'],
  ['/push-script.d.ts', 'text/plain; charset=utf-8', 'interface PushScript'],
  ['/push-script/connection.js?v=1', 'text/javascript; charset=utf-8', 'push-contacts'],
  ['/push-script/soft-prompt.js?v=1', 'text/javascript; charset=utf-8', 'showSoftPrompt'],
  ['/push-script/subscribe', 'text/html; charset=utf-8', '/push-script/subscribe.js'],
  ['/push-script/subscribe.js', 'text/javascript; charset=utf-8', 'requestPermission'],
])('%s', (path, contentType, content) => {
  it('is served to browsers of any site, which cache it for an hour', async () => {
    const { status, headers, text } = await get(path, { origin: 'https://shop.example.com' });

    expect({ status, text, headers: Object.fromEntries(headers) }).toMatchObject({
      status: 200,
      text: expect.stringContaining(content) as string,
      headers: {
        'content-type': contentType,
        'cache-control': 'public,max-age=3600',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
        vary: expect.stringMatching(/accept-encoding/i) as string,
        etag: expect.stringMatching(/^"[\w-]{43}"$/) as string,
      },
    });
    expect(Buffer.byteLength(text)).toBeLessThan(FEW_KB);
  });

  it('is not sent again to a browser that has cached it', async () => {
    const etag = (await get(path)).headers.get('etag') ?? '';

    for (const known of [etag, `"other", W/${etag}`, '*']) {
      const { status, text, headers } = await get(path, { 'if-none-match': known });
      expect([status, text, headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe('compression', () => {
  /** Every file, with the largest size in bytes as a browser receives it. */
  const SIZES: readonly (readonly [path: string, maxBytes: number])[] = [
    ['/push-script.js', 5_000],
    ['/push-script/connection.js', 5_000],
    ['/push-script/soft-prompt.js', 5_000],
    ['/push-service-worker.js', 4_000],
    ['/push-script/subscribe.js', 7_000],
    ['/push-script/subscribe', 2_000],
    ['/push-script.d.ts', 5_000],
  ];

  it.each(SIZES)('%s has at most %d bytes as brotli and as gzip, and is what it is without', async (path, maxBytes) => {
    const plain = await getRaw(path, {});
    for (const [encoding, decompress] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const { headers, body } = await getRaw(path, { 'accept-encoding': encoding });

      expect(headers['content-encoding']).toBe(encoding);
      expect(body.length).toBeLessThanOrEqual(maxBytes);
      expect(Number(headers['content-length'])).toBe(body.length);
      expect(decompress(body).equals(plain.body)).toBe(true);
      expect(headers.etag).not.toBe(plain.headers.etag);
    }
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['GZIP', 'gzip'],
    ['br;q=0.1, identity', undefined],
    ['identity', undefined],
    ['zstd', undefined],
    ['', undefined],
    ['*;q=0', undefined],
    ['br;q=none', undefined],
    [undefined, undefined],
  ])('Accept-Encoding %s gets %s', async (accepted, encoding) => {
    const headers: Record<string, string> = accepted === undefined ? {} : { 'accept-encoding': accepted };

    const response = await getRaw('/push-script.js', headers);

    expect([response.status, response.headers['content-encoding']]).toEqual([200, encoding]);
    expect(response.headers.vary).toMatch(/accept-encoding/i);
  });

  it('an entity tag is of one encoding, also for HEAD', async () => {
    const { headers } = await getRaw('/push-script.js', { 'accept-encoding': 'br' });
    const known = { 'if-none-match': headers.etag ?? '' };

    expect((await getRaw('/push-script.js', { ...known, 'accept-encoding': 'br' })).status).toBe(304);
    expect((await getRaw('/push-script.js', { ...known, 'accept-encoding': 'gzip' })).status).toBe(200);
    const head = await getRaw('/push-script.js', { 'accept-encoding': 'br' }, 'HEAD');
    expect([head.status, head.headers.etag, head.body.length]).toEqual([200, headers.etag, 0]);
  });
});

it.each(['connection', 'soft-prompt'])(
  '%s.js is cached for a year by the version that the script names',
  async (part) => {
    const { text } = await get('/push-script.js');
    const [path = ''] = new RegExp(`/push-script/${part}\\.js\\?v=[0-9a-f]{8}`).exec(text) ?? [];
    expect(path).not.toBe('');
    const policies = [path, path.slice(0, -1), path.replace(/\?.*/, '')].map(async (each) => {
      const { status, headers } = await get(each);
      return [status, headers.get('cache-control')];
    });

    expect(await Promise.all(policies)).toEqual([
      [200, 'public,max-age=31536000,immutable'],
      [200, 'public,max-age=3600'],
      [200, 'public,max-age=3600'],
    ]);
  },
);

it('the worker may serve a whole origin, and the window cannot be framed', async () => {
  expect((await get('/push-service-worker.js')).headers.get('service-worker-allowed')).toBe('/');
  const policy = (await get('/push-script/subscribe')).headers.get('content-security-policy');
  expect(policy).toBe(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; connect-src 'self'; " +
      "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
});

it('the configuration has the public VAPID key', async () => {
  const { status, body, headers } = await get('/push-script/configuration');

  expect([status, body, headers.get('cache-control')]).toEqual([
    200,
    { vapidPublicKey: VAPID.publicKey },
    'public,max-age=300',
  ]);
});

it('the demo page is served in development and not in production, where the console is', async () => {
  const paths = ['/demo', '/demo/demo.css', '/demo/demo.js'];
  const inDevelopment = await Promise.all(paths.map((path) => get(path)));
  const production = await startProduct('api', { ...environment, NODE_ENV: 'production' });
  const inProduction = await Promise.all([...paths, '/console'].map((path) => request('GET', production.url + path)));
  await production.stop();

  expect(inDevelopment.map(({ status, headers }) => [status, headers.get('content-type')])).toEqual([
    [200, 'text/html; charset=utf-8'],
    [200, 'text/css; charset=utf-8'],
    [200, 'text/javascript; charset=utf-8'],
  ]);
  expect(inProduction.map(({ status }) => status)).toEqual([404, 404, 404, 200]);
});

it('mode worker serves none of the scripts', async () => {
  const worker = await startProduct('worker', environment);
  const paths = ['/push-script.js', '/push-service-worker.js', '/push-script/configuration', '/demo', '/console'];
  const responses = await Promise.all(paths.map((path) => request('GET', worker.url + path)));
  await worker.stop();

  expect(responses.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
});
