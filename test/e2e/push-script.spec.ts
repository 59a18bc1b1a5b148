import webPush from 'web-push';
import { type Answer, request } from '../support/http.js';
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

function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return request('GET', api.url + path, { headers });
}

describe.each([
  ['/push-script.js', 'text/javascript; charset=utf-8', 'push-contacts'],
  ['/push-service-worker.js', 'text/javascript; charset=utf-8', 'notificationclick'],
  ['/push-script.d.ts', 'text/plain; charset=utf-8', 'interface PushScript'],
  ['/push-script/subscribe', 'text/html; charset=utf-8', '/push-script/subscribe.js'],
  ['/push-script/subscribe.js', 'text/javascript; charset=utf-8', 'requestPermission'],
])('%s', (path, contentType, content) => {
  test('is for browsers of any site, which keep it for an hour', async () => {
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
        etag: expect.stringMatching(/^"[\w-]{43}"$/) as string,
      },
    });
    expect(Buffer.byteLength(text)).toBeLessThan(FEW_KB);
  });

  test('is not sent again to a browser that has it', async () => {
    const etag = (await get(path)).headers.get('etag') ?? '';

    for (const known of [etag, `"other", W/${etag}`, '*']) {
      const { status, text, headers } = await get(path, { 'if-none-match': known });
      expect([status, text, headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

test('the worker may serve a whole origin, the window is put into no frame', async () => {
  expect((await get('/push-service-worker.js')).headers.get('service-worker-allowed')).toBe('/');
  expect((await get('/push-script/subscribe')).headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
});

test('the configuration has the key to subscribe with', async () => {
  const { status, body, headers } = await get('/push-script/configuration');

  expect([status, body, headers.get('cache-control')]).toEqual([
    200,
    { vapidPublicKey: VAPID.publicKey },
    'public,max-age=300',
  ]);
});

test('the demo page is there in development and not in production', async () => {
  const paths = ['/demo', '/demo/demo.css', '/demo/demo.js'];
  const inDevelopment = await Promise.all(paths.map((path) => get(path)));
  const production = await startProduct('api', { ...environment, NODE_ENV: 'production' });
  const inProduction = await Promise.all(paths.map((path) => request('GET', production.url + path)));
  await production.stop();

  expect(inDevelopment.map(({ status, headers }) => [status, headers.get('content-type')])).toEqual([
    [200, 'text/html; charset=utf-8'],
    [200, 'text/css; charset=utf-8'],
    [200, 'text/javascript; charset=utf-8'],
  ]);
  expect(inProduction.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test('a worker serves none of it', async () => {
  const worker = await startProduct('worker', environment);
  const paths = ['/push-script.js', '/push-service-worker.js', '/push-script/configuration', '/demo'];
  const answers = await Promise.all(paths.map((path) => request('GET', worker.url + path)));
  await worker.stop();

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});
