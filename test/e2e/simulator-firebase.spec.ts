import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import axios, { type AxiosResponse } from 'axios';
import { importPKCS8, SignJWT } from 'jose';
import type { Behaviour } from '../../src/simulator/subscriptions/endpoint-tokens.js';
import { SimulatorProcess } from '../support/simulator.js';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const PATH = '/v1/projects/simulated-project/messages:send';

interface Account {
  readonly client_email: string;
  readonly private_key: string;
  readonly token_uri: string;
}

let simulator: SimulatorProcess;
let account: Account;
let httpsAgent: Agent;

beforeAll(async () => {
  simulator = await SimulatorProcess.start();
  const file = simulator.environment.FIREBASE_CREDENTIALS_FILE ?? '';
  account = JSON.parse(await readFile(file, 'utf8')) as Account;
  httpsAgent = new Agent({ ca: await readFile(simulator.certificate, 'utf8') });
});

afterAll(async () => {
  httpsAgent.destroy();
  expect(await simulator.stop()).toBe(0);
});

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<AxiosResponse<unknown>> {
  return axios.post(simulator.origin + path, body, { httpsAgent, headers, validateStatus: () => true });
}

/** Asks for an access token as Google's libraries do; `change` makes the assertion wrong. */
async function askForToken(change: object = {}, form: object = {}): Promise<AxiosResponse<unknown>> {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: account.client_email, aud: account.token_uri, scope: SCOPE, iat: now, exp: now + 3_600 };
  const key = await importPKCS8(account.private_key, 'RS256');
  const assertion = await new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'RS256' }).sign(key);
  return post('/token', new URLSearchParams({ grant_type: GRANT_TYPE, assertion, ...form }));
}

async function accessToken(): Promise<string> {
  const { data } = await askForToken();
  return (data as { access_token: string }).access_token;
}

async function tokenFor(behaviour: Behaviour): Promise<string> {
  const [token] = await simulator.deviceTokens({ behaviour });
  return token ?? '';
}

async function send(token: string, change: object = {}, path = PATH): Promise<AxiosResponse<unknown>> {
  const message = { token, notification: { title: 'Hello', body: 'World' } };
  return post(path, { message, ...change }, { authorization: `Bearer ${await accessToken()}` });
}

describe('the token endpoint', () => {
  it('gives an access token for an assertion of the service account', async () => {
    const { status, data } = await askForToken();
    expect([status, data]).toEqual([
      200,
      { access_token: expect.any(String) as unknown, expires_in: 3_600, token_type: 'Bearer' },
    ]);
  });

  it.each<[string, object, object, string]>([
    ['another issuer', { iss: 'somebody@else.example' }, {}, 'invalid_grant'],
    ['another audience', { aud: 'https://example.com' }, {}, 'invalid_grant'],
    ['an assertion that has expired', { exp: 1 }, {}, 'invalid_grant'],
    ['an old assertion', { iat: 1 }, {}, 'invalid_grant'],
    ['another scope', { scope: 'https://www.googleapis.com/auth/drive' }, {}, 'invalid_scope'],
    ['another grant type', {}, { grant_type: 'password' }, 'unsupported_grant_type'],
    ['no assertion', {}, { assertion: '' }, 'invalid_grant'],
  ])('refuses %s', async (_, change, form, error) => {
    const { status, data } = await askForToken(change, form);
    expect([status, data]).toEqual([400, { error, error_description: expect.any(String) as unknown }]);
  });

  it.each([
    ['unavailable', 503],
    ['error', 500],
  ] as const)('has outages: %s', async (outage, status) => {
    await simulator.set({ outage }, 'oauth');
    const response = await askForToken();
    await simulator.set({ outage: 'none' }, 'oauth');
    expect(response.status).toBe(status);
  });
});

describe("FCM's v1 API", () => {
  it.each<[Behaviour, number, string, string | undefined]>([
    ['third-party', 401, 'UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR'],
    ['argument', 400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
    ['internal', 500, 'INTERNAL', 'INTERNAL'],
    ['quota', 429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'],
    ['sender', 403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH'],
    ['unavailable', 503, 'UNAVAILABLE', 'UNAVAILABLE'],
    ['unregistered', 404, 'NOT_FOUND', 'UNREGISTERED'],
    ['disabled', 403, 'PERMISSION_DENIED', undefined],
    ['no-project', 404, 'NOT_FOUND', undefined],
  ])('answers for a device that is %s', async (behaviour, code, status, errorCode) => {
    const response = await send(await tokenFor(behaviour));
    const { error } = response.data as { error: { details?: { errorCode: string }[] } };
    expect([response.status, error]).toMatchObject([code, { code, status, message: expect.any(String) as unknown }]);
    expect(error.details?.[0]?.errorCode).toBe(errorCode);
  });

  it('accepts a message, and counts one that is only validated apart', async () => {
    await simulator.act('/reset');
    const token = await tokenFor('created');
    const validated = await send(token, { validate_only: true });
    const sent = await send(token);
    expect([validated.status, sent.status]).toEqual([200, 200]);
    expect(sent.data).toEqual({
      name: expect.stringMatching(/^projects\/simulated-project\/messages\/\w+$/) as unknown,
    });
    const { accepted, validated: only, endpoints } = await simulator.counts('firebase');
    expect([accepted, only, endpoints.once]).toEqual([1, 1, 1]);
  });

  it.each<[string, object, number]>([
    ['no message', { message: undefined }, 400],
    ['no recipient', { message: { notification: { title: 'Hello' } } }, 400],
    ['an unknown token', { message: { token: 'invented' } }, 400],
    ['a notification that is no object', { message: { token: 'x', notification: 'Hello' } }, 400],
  ])('refuses %s', async (_, change, status) => {
    const response = await send(await tokenFor('created'), change);
    expect([response.status, response.data]).toMatchObject([status, { error: { status: 'INVALID_ARGUMENT' } }]);
  });

  it('refuses a message above 4,096 bytes', async () => {
    const message = { token: await tokenFor('created'), notification: { title: 'x'.repeat(4_100) } };
    expect((await send('', { message })).status).toBe(400);
  });

  it('refuses another project, and a token that it did not give or that has expired', async () => {
    const token = await tokenFor('created');
    expect((await send(token, {}, '/v1/projects/another/messages:send')).status).toBe(404);
    const message = { message: { token } };
    expect((await post(PATH, message)).status).toBe(401);
    expect((await post(PATH, message, { authorization: 'Bearer sim.0.9999999999.forged' })).status).toBe(401);
    const headers = { authorization: `Bearer ${await accessToken()}` };
    expect((await post(PATH, message, headers)).status).toBe(200);
    await simulator.act('/access-tokens/expire');
    expect((await post(PATH, message, headers)).status).toBe(401);
  });

  it('limits a project, and says when to come back', async () => {
    await simulator.act('/reset');
    await simulator.set({ rateLimitPerMinute: 1 }, 'firebase');
    const token = await tokenFor('created');
    const [first, second] = [await send(token), await send(token)];
    await simulator.set({ rateLimitPerMinute: 0 }, 'firebase');
    expect([first.status, second.status]).toEqual([200, 429]);
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(50);
  });

  it.each([
    ['unavailable', 503],
    ['error', 500],
  ] as const)('has outages: %s', async (outage, status) => {
    await simulator.set({ outage }, 'firebase');
    const response = await send(await tokenFor('created'));
    await simulator.set({ outage: 'none' }, 'firebase');
    expect(response.status).toBe(status);
  });

  it('says that a share of the devices is unregistered', async () => {
    await simulator.set({ deadShare: 1 }, 'firebase');
    const response = await send(await tokenFor('created'));
    await simulator.set({ deadShare: 0 }, 'firebase');
    expect([response.status, response.data]).toMatchObject([404, { error: { status: 'NOT_FOUND' } }]);
  });
});

describe('an installation id', () => {
  async function sendTo(target: object): Promise<number> {
    const message = { ...target, notification: { title: 'Hello', body: 'World' } };
    const { status } = await post(PATH, { message }, { authorization: `Bearer ${await accessToken()}` });
    return status;
  }

  it('is accepted in `fid` and, for now, in `token`; a token only in `token`', async () => {
    const [fid = ''] = await simulator.deviceTokens({ form: 'fid' });
    const [token = ''] = await simulator.deviceTokens({ form: 'fid-token' });
    expect(token.split(':')[0]).toBe(fid);
    expect([await sendTo({ fid }), await sendTo({ token: fid }), await sendTo({ token })]).toEqual([200, 200, 200]);
    expect([await sendTo({ fid: token }), await sendTo({ fid: 'invented' })]).toEqual([400, 400]);
  });

  it('is a target as a token is: exactly one', async () => {
    const [fid = ''] = await simulator.deviceTokens({ form: 'fid' });
    expect([await sendTo({ fid, token: fid }), await sendTo({}), await sendTo({ fid: '' })]).toEqual([400, 400, 400]);
  });

  it('alone reaches a device that was registered by it after the token', async () => {
    const [token = ''] = await simulator.deviceTokens({ form: 'moved-token' });
    expect([await sendTo({ token }), await sendTo({ fid: token.split(':')[0] })]).toEqual([404, 200]);
  });
});
