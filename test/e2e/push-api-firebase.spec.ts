import { type Answer, request } from '../support/http.js';
import { type ProductProcess, startProduct, VAPID_KEYS } from '../support/product-process.js';
import { type SentToFirebase, type StandInFirebase, startStandInFirebase } from '../support/stand-in-firebase.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';

const TOKEN = 'push-api-secret';
let keys: TestKeys;
let firebase: StandInFirebase;
let pushApi: ProductProcess;

beforeAll(async () => {
  keys = await createTestKeys();
  firebase = await startStandInFirebase('stand-in-project');
  pushApi = await startPushApi(firebase);
});

afterAll(async () => {
  const code = await pushApi.stop();
  await Promise.all([firebase.stop(), keys.remove()]);
  expect([code, firebase.faults]).toEqual([0, []]);
});

function startPushApi({ environment }: StandInFirebase): Promise<ProductProcess> {
  return startProduct('push-api', {
    ...environment,
    JWT_PUBLIC_KEYS_DIR: keys.folder,
    ENCRYPTION_KEY: '5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=',
    ENCRYPTION_IV: '7yZ8kT8L7UeO8JpH3Ir6jQ==',
    PUSH_API_TOKEN: TOKEN,
    VAPID_PUBLIC_KEY: VAPID_KEYS.publicKey,
    VAPID_PRIVATE_KEY: VAPID_KEYS.privateKey,
    VAPID_SUBJECT: 'mailto:tests@example.com',
  });
}

function send(tokens: readonly string[], change: object = {}, url = pushApi.url): Promise<Answer> {
  const json = { tokens, notificationTitle: 'Summer sale', notificationBody: 'Half price 😀', ...change };
  return request('POST', `${url}/message`, { token: TOKEN, json });
}

function sentTo(token: string): SentToFirebase[] {
  return firebase.sent.filter(({ message }) => message.token === token);
}

test('a message is sent with its link, image and options', async () => {
  const { status, body } = await send(['device-1'], {
    notificationOnClickLink: 'https://example.com/sale',
    imageUrl: 'https://example.com/image.png',
    timeToLiveSeconds: 60,
    urgency: 'high',
    topic: 'sale',
  });
  expect([status, body]).toEqual([
    200,
    {
      responses: [
        {
          messageId: 'projects/stand-in-project/messages/device-1',
          isSuccess: true,
          deviceToken: 'device-1',
          exception: null,
        },
      ],
      successCount: 1,
      failureCount: 0,
    },
  ]);
  expect(sentTo('device-1')).toEqual([
    {
      message: {
        token: 'device-1',
        notification: { title: 'Summer sale', body: 'Half price 😀', image: 'https://example.com/image.png' },
        webpush: {
          headers: { TTL: '60', Urgency: 'high', Topic: 'sale' },
          fcmOptions: { link: 'https://example.com/sale' },
        },
      },
    },
  ]);
});

test('without link, image and options it has none', async () => {
  await send(['device-2'], { notificationOnClickLink: null, imageUrl: null });
  expect(sentTo('device-2')[0]?.message).toEqual({
    token: 'device-2',
    notification: { title: 'Summer sale', body: 'Half price 😀' },
    webpush: { headers: { TTL: '2419200' } },
  });
});

test("every token has its answer, Firebase's codes as numbers", async () => {
  const codes = {
    'third-party-1': 0,
    'argument-1': 1,
    'internal-1': 2,
    'quota-1': 3,
    'sender-1': 4,
    'unavailable-1': 5,
    'unregistered-1': 6,
    'fine-1': null,
  };
  const { body } = await send(Object.keys(codes));
  const { responses, ...counts } = body as {
    responses: { deviceToken: string; exception: { messagingErrorCode: number; message: string } | null }[];
  };
  const answered = responses.map(({ deviceToken, exception }) => [deviceToken, exception?.messagingErrorCode ?? null]);
  expect(Object.fromEntries(answered)).toEqual(codes);
  expect(counts).toEqual({ successCount: 1, failureCount: 7 });
  expect(responses[6]?.exception?.message).toBe('Firebase says NOT_FOUND');
});

test('500 tokens go in one call, with one access token', async () => {
  const tokens = Array.from({ length: 500 }, (_, index) => `many-${index}`);
  const { body } = await send(tokens);
  expect(body).toMatchObject({ successCount: 500, failureCount: 0 });
  expect(firebase.sent.filter(({ message }) => message.token.startsWith('many-'))).toHaveLength(500);
  expect(firebase.tokensIssued).toBe(1);
});

test.each([
  ['device-3', true],
  ['unregistered-3', false],
  ['argument-3', false],
  ['sender-3', false],
])('GET /devices/%s asks Firebase without sending: %s', async (token, isValid) => {
  const { status, body } = await request('GET', `${pushApi.url}/devices/${token}`);
  expect([status, body]).toEqual([200, { token, isValid }]);
  expect(sentTo(token)).toMatchObject([{ validate_only: true }]);
});

test.each(['quota-4', 'internal-4'])('GET /devices/%s is 503 when Firebase does not say', async (token) => {
  const { status, headers, body } = await request('GET', `${pushApi.url}/devices/${token}`);
  expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true]);
  expect(body).toMatchObject({ type: 'urn:push-contact:error:firebase_unavailable' });
});

test('without an access token nothing is pruned or lost: all is to be tried again', async () => {
  const away = await startStandInFirebase('stand-in-project');
  away.refuseTokens();
  const alone = await startPushApi(away);
  const { status, body } = await send(['device-5', 'device-6'], {}, alone.url);
  const device = await request('GET', `${alone.url}/devices/device-5`);
  expect(await alone.stop()).toBe(0);
  await away.stop();
  expect([status, device.status]).toEqual([200, 503]);
  expect(body).toMatchObject({
    responses: [{ exception: { messagingErrorCode: 5 } }, { exception: { messagingErrorCode: 5 } }],
    failureCount: 2,
  });
  expect(away.sent).toEqual([]);
  expect(alone.output()).not.toMatch(/device-5|device-6|PRIVATE KEY/);
});
