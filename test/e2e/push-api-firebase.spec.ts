import { type HttpResponse, request } from '../support/http.js';
import { PUSH_API_TOKEN, type ProductProcess, pushApiEnvironment, startProduct } from '../support/product-process.js';
import type { Behaviour } from '../../src/simulator/subscriptions/endpoint-tokens.js';
import type { DeviceTokenForm } from '../../src/simulator/services/firebase.js';
import { SimulatorProcess } from '../support/simulator.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';

let keys: TestKeys;
let simulator: SimulatorProcess;
let pushApi: ProductProcess;
let made = 0;

beforeAll(async () => {
  keys = await createTestKeys();
  simulator = await SimulatorProcess.start('--project=stand-in-project');
  pushApi = await startPushApi();
});

afterAll(async () => {
  const code = await pushApi.stop();
  const { faults } = await simulator.counts('firebase');
  const oauth = await simulator.counts('oauth');
  await Promise.all([simulator.stop(), keys.remove()]);
  // A token without a device, and access tokens that a test rejects.
  const expected = ['argument', 'no-access-token'];
  expect([code, Object.keys(faults).filter((fault) => !expected.includes(fault)), oauth.faults]).toEqual([0, [], {}]);
});

function startPushApi(): Promise<ProductProcess> {
  return startProduct('push-api', {
    ...simulator.environment,
    ...pushApiEnvironment(keys.folder),
  });
}

/** Makes tokens of devices that got no message yet. */
async function newTokens(count: number, behaviour: Behaviour = 'created'): Promise<string[]> {
  const first = made;
  made += count;
  return simulator.deviceTokens({ first, count, behaviour });
}

async function newToken(behaviour: Behaviour = 'created'): Promise<string> {
  const [token] = await newTokens(1, behaviour);
  if (token === undefined) throw new Error('The simulator made no token');
  return token;
}

interface SentToFirebase {
  readonly message: { readonly token?: string; readonly fid?: string } & Record<string, unknown>;
  readonly validate_only?: boolean;
}

function send(tokens: readonly string[], change: object = {}, url = pushApi.url): Promise<HttpResponse> {
  const json = { tokens, notificationTitle: 'Summer sale', notificationBody: 'Half price 😀', ...change };
  return request('POST', `${url}/message`, { token: PUSH_API_TOKEN, json });
}

/** What Firebase has accepted for the device. */
async function sentTo(token: string): Promise<SentToFirebase[]> {
  const sent = (await simulator.messages('firebase')).map(({ text }) => JSON.parse(text) as SentToFirebase);
  return sent.filter(({ message }) => message.token === token);
}

it('sends a message with its link, image and options', async () => {
  const token = await newToken();
  const { status, body } = await send([token], {
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
          messageId: expect.stringMatching(/^projects\/stand-in-project\/messages\/\w+$/) as unknown,
          isSuccess: true,
          deviceToken: token,
          exception: null,
        },
      ],
      successCount: 1,
      failureCount: 0,
    },
  ]);
  expect(await sentTo(token)).toEqual([
    {
      message: {
        token,
        notification: { title: 'Summer sale', body: 'Half price 😀', image: 'https://example.com/image.png' },
        webpush: {
          headers: { TTL: '60', Urgency: 'high', Topic: 'sale' },
          fcmOptions: { link: 'https://example.com/sale' },
        },
      },
    },
  ]);
});

it('sends a message without link, image and options', async () => {
  const token = await newToken();
  await send([token], { notificationOnClickLink: null, imageUrl: null });
  expect((await sentTo(token))[0]?.message).toEqual({
    token,
    notification: { title: 'Summer sale', body: 'Half price 😀' },
    webpush: { headers: { TTL: '2419200' } },
  });
});

it("returns a result for each token, with Firebase's codes as numbers", async () => {
  const behaviours: readonly [Behaviour, number | null][] = [
    ['third-party', 0],
    ['argument', 1],
    ['internal', 2],
    ['quota', 3],
    ['sender', 4],
    ['unavailable', 5],
    ['unregistered', 6],
    ['disabled', 5],
    ['no-project', 5],
    ['reset', 5],
    ['created', null],
  ];
  const made = await Promise.all(
    behaviours.map(async ([behaviour, code]) => [await newToken(behaviour), code] as const),
  );
  const codes = Object.fromEntries(made);
  const { body } = await send(Object.keys(codes));
  const { responses, ...counts } = body as {
    responses: { deviceToken: string; exception: { messagingErrorCode: number; message: string } | null }[];
  };
  const received = responses.map(({ deviceToken, exception }) => [deviceToken, exception?.messagingErrorCode ?? null]);
  expect(Object.fromEntries(received)).toEqual(codes);
  expect(counts).toEqual({ successCount: 1, failureCount: 10 });
  expect(responses[6]?.exception?.message).toBe('Requested entity was not found.');
});

it('sends 500 tokens in one call, with one access token', async () => {
  const before = (await simulator.counts('firebase')).accepted;
  const { body } = await send(await newTokens(500));
  expect(body).toMatchObject({ successCount: 500, failureCount: 0 });
  const { accepted, endpoints } = await simulator.counts('firebase');
  expect([accepted - before, endpoints.repeatedly]).toEqual([500, 0]);
  expect((await simulator.counts('oauth')).accepted).toBe(1);
});

it.each<[Behaviour, boolean]>([
  ['created', true],
  ['unregistered', false],
  ['argument', false],
])('GET /devices/{token} asks Firebase without sending: %s', async (behaviour, isValid) => {
  const before = await simulator.counts('firebase');
  const token = await newToken(behaviour);
  const { status, body } = await request('GET', `${pushApi.url}/devices/${token}`);
  expect([status, body]).toEqual([200, { token, isValid }]);
  const after = await simulator.counts('firebase');
  expect([after.accepted, after.requests]).toEqual([before.accepted, before.requests + 1]);
  if (isValid) expect(await sentTo(token)).toMatchObject([{ validate_only: true }]);
});

it('GET /devices/{token} says that a token which Firebase never issued is invalid', async () => {
  const { status, body } = await request('GET', `${pushApi.url}/devices/invented`);
  expect([status, body]).toEqual([200, { token: 'invented', isValid: false }]);
});

it.each<Behaviour>(['quota', 'internal', 'sender', 'disabled', 'no-project', 'unavailable', 'reset'])(
  'GET /devices/{token} returns 503 when Firebase does not decide: %s',
  async (behaviour) => {
    const { status, headers, body } = await request('GET', `${pushApi.url}/devices/${await newToken(behaviour)}`);
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect(body).toMatchObject({ type: 'urn:push-contact:error:firebase_unavailable' });
  },
);

it('sends again with a new access token when Firebase rejects the one it has', async () => {
  const before = (await simulator.counts('oauth')).accepted;
  await simulator.act('/access-tokens/expire');
  const { body } = await send(await newTokens(300));
  expect(body).toMatchObject({ successCount: 300, failureCount: 0 });
  expect((await simulator.counts('oauth')).accepted).toBe(before + 1);
});

/** Runs `work` with a push-api that got no access token yet, while the token endpoint gives none. */
async function withoutAccess<T>(work: (alone: ProductProcess) => Promise<T>, outage: string): Promise<T> {
  await simulator.set({ outage: outage as 'unavailable' }, 'oauth');
  const alone = await startPushApi();
  try {
    return await work(alone);
  } finally {
    await simulator.set({ outage: 'none' }, 'oauth');
    expect(await alone.stop()).toBe(0);
  }
}

const OUTAGES = ['unavailable', 'error', 'reset'] as const;

it.each(OUTAGES)(
  'is ready while Google gives an access token, and else names Firebase and the reason: %s',
  async (outage) => {
    const ready = await request('GET', `${pushApi.url}/health/ready`);
    expect(ready).toMatchObject({
      status: 200,
      body: { status: 'ok', dependencies: { webPush: 'up', firebase: 'up' } },
    });
    const [notReady, live] = await withoutAccess(
      async ({ url }) =>
        [await request('GET', `${url}/health/ready`), await request('GET', `${url}/health/live`)] as const,
      outage,
    );
    expect(notReady).toMatchObject({
      status: 503,
      body: { dependencies: { webPush: 'up', firebase: 'down' }, reasons: { firebase: expect.any(String) as unknown } },
    });
    expect(notReady.text).not.toMatch(/PRIVATE KEY|token=/);
    expect(live.status).toBe(200);
  },
);

it.each(OUTAGES)(
  'returns only temporary results without an access token, so nothing is pruned or lost: %s',
  async (outage) => {
    const tokens = await newTokens(2);
    const before = (await simulator.counts('firebase')).requests;
    await withoutAccess(async (alone) => {
      const { status, body } = await send(tokens, {}, alone.url);
      const device = await request('GET', `${alone.url}/devices/${tokens[0] ?? ''}`);
      expect([status, device.status]).toEqual([200, 503]);
      expect(body).toMatchObject({
        responses: [{ exception: { messagingErrorCode: 5 } }, { exception: { messagingErrorCode: 5 } }],
        failureCount: 2,
      });
      expect(alone.output()).not.toMatch(new RegExp([...tokens, 'PRIVATE KEY'].join('|')));
    }, outage);
    expect((await simulator.counts('firebase')).requests).toBe(before);
  },
);

it('has a code for each token when Firebase is out of order or breaks connections', async () => {
  for (const [outage, code] of [
    ['unavailable', 5],
    ['error', 2],
    ['reset', 5],
  ] as const) {
    await simulator.set({ outage }, 'firebase');
    const { status, body } = await send(await newTokens(3));
    await simulator.set({ outage: 'none' }, 'firebase');
    const { responses } = body as { responses: { exception: { messagingErrorCode: number } }[] };
    expect([status, responses.map(({ exception }) => exception.messagingErrorCode)]).toEqual([200, [code, code, code]]);
  }
});

it("has Firebase's code for tokens beyond the project's quota", async () => {
  await simulator.act('/reset');
  await simulator.set({ rateLimitPerMinute: 4 }, 'firebase');
  const { body } = await send(await newTokens(10));
  await simulator.set({ rateLimitPerMinute: 0 }, 'firebase');
  expect(body).toMatchObject({ successCount: 4, failureCount: 6 });
  const { responses } = body as { responses: { exception: { messagingErrorCode: number } | null }[] };
  expect(responses.filter(({ exception }) => exception?.messagingErrorCode === 3)).toHaveLength(6);
});

it('says that dead devices are unregistered', async () => {
  await simulator.set({ deadShare: 1 }, 'firebase');
  const { body } = await send(await newTokens(2));
  await simulator.set({ deadShare: 0 }, 'firebase');
  expect(body).toMatchObject({ responses: [{ exception: { messagingErrorCode: 6 } }, {}], failureCount: 2 });
});

describe('a Firebase installation id', () => {
  async function newDevice(form: DeviceTokenForm, behaviour: Behaviour = 'created'): Promise<string> {
    const [token = ''] = await simulator.deviceTokens({ first: made++, behaviour, form });
    return token;
  }

  async function targetsOf(title: string): Promise<object[]> {
    const sent = (await simulator.messages('firebase')).map(({ text }) => (JSON.parse(text) as SentToFirebase).message);
    return sent.flatMap(({ fid, token, notification }) =>
      (notification as { title: string }).title === title ? [{ fid, token }] : [],
    );
  }

  it('is sent to by `fid`, and a token by `token`, in one call', async () => {
    const [fid, ofId, token] = [await newDevice('fid'), await newDevice('fid-token'), await newDevice('token')];

    const { body } = await send([fid, ofId, token], { notificationTitle: 'By its field' });

    expect(body).toMatchObject({ successCount: 3, failureCount: 0, responses: [{ deviceToken: fid }, {}, {}] });
    const targets = await targetsOf('By its field');
    expect(targets).toHaveLength(3);
    expect(targets).toEqual(expect.arrayContaining([{ fid }, { token: ofId }, { token }]));
  });

  it.each<[DeviceTokenForm, Behaviour, boolean]>([
    ['fid', 'created', true],
    ['fid', 'unregistered', false],
    ['fid', 'argument', false],
    ['fid-token', 'created', true],
    ['fid-token', 'unregistered', false],
    ['moved-token', 'created', false],
  ])('is checked by GET /devices/{token}: %s, %s', async (form, behaviour, isValid) => {
    const token = await newDevice(form, behaviour);
    const { status, body } = await request('GET', `${pushApi.url}/devices/${token}`);
    expect([status, body]).toEqual([200, { token, isValid }]);
  });

  it('that nobody has is not valid', async () => {
    const token = 'cSH7-abc_DEF0123456789';
    const { body } = await request('GET', `${pushApi.url}/devices/${token}`);
    expect(body).toEqual({ token, isValid: false });
  });

  it('that has taken the place of its token gets the message once, under the token', async () => {
    const token = await newDevice('moved-token');

    const { body } = await send([token], { notificationTitle: 'Moved' });

    expect(body).toMatchObject({ successCount: 1, responses: [{ deviceToken: token, isSuccess: true }] });
    expect(await targetsOf('Moved')).toEqual([{ fid: token.split(':')[0] }]);
  });

  it.each<[DeviceTokenForm, Behaviour, number]>([
    ['fid', 'unregistered', 6],
    ['fid', 'argument', 1],
    ['fid-token', 'unregistered', 6],
    ['moved-token', 'argument', 6],
    ['moved-token', 'quota', 3],
    ['moved-token', 'unavailable', 5],
  ])('is refused with the code of its device: %s, %s', async (form, behaviour, code) => {
    const { body } = await send([await newDevice(form, behaviour)]);
    expect(body).toMatchObject({ failureCount: 1, responses: [{ exception: { messagingErrorCode: code } }] });
  });
});
