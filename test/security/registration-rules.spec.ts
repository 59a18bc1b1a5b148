import { generateP256KeyPair } from '../../src/core/crypto/p256.js';
import { whenAllIsCounted } from '../support/counted.js';
import { type HttpResponse, request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import type { ProductProcess } from '../support/product-process.js';
import { waitFor } from '../support/wait-for.js';

const ENABLED = 'enabled.example.com';
const DISABLED = 'disabled.example.com';
const UNKNOWN = 'unknown.example.com';
const MARKUP = '<script>';
const EXTERNAL = 'push.example.net';

let product: Installation;
let tokens = 0;

beforeAll(async () => {
  product = await Installation.start('registration_rules', { workers: 0 });
  await store(ENABLED, { isPushFeatureEnabled: true, usesExternalPushDomain: true, externalPushDomain: EXTERNAL });
  await store(DISABLED, { isPushFeatureEnabled: false });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

async function store(name: string, json: object): Promise<void> {
  const { status } = await product.askAsSuperUser('PUT', `/domains/${name}`, { json });
  expect(status).toBe(200);
}

function subscription(auth = newAuth()): { endPoint: string; keys: { p256DH: string; auth: string } } {
  tokens += 1;
  const { publicKey } = generateP256KeyPair();
  return { endPoint: `https://push.example.com/${tokens}`, keys: { p256DH: publicKey, auth } };
}

function newAuth(): string {
  return crypto.getRandomValues(Buffer.alloc(16)).toString('base64url');
}

function register(
  api: ProductProcess,
  domain: string,
  { origin, ...contact }: { origin?: string; deviceToken?: string; subscription?: object | null } = {},
): Promise<HttpResponse> {
  const json = { domain, deviceToken: `registered-${(tokens += 1)}`, subscription: subscription(), ...contact };
  return request('POST', `${api.url}/push-contacts`, { json, headers: origin === undefined ? {} : { origin } });
}

const toCode = ({ status, body }: HttpResponse): string =>
  status === 200 ? '200' : `${status} ${String((body as { type?: string }).type?.split(':').at(-1))}`;

describe('REGISTRATION', () => {
  it.each([
    ['any', ['200', '200', '200', '200']],
    ['known', ['200', '200', '403 registration_refused', '403 registration_refused']],
    ['enabled', ['200', '403 registration_refused', '403 registration_refused', '403 registration_refused']],
  ])('%s: contacts of enabled, switched-off, unknown domains and of markup', async (rule, expected) => {
    const api = await product.startProcess('api', { REGISTRATION: rule });

    const responses = await Promise.all([ENABLED, DISABLED, UNKNOWN, MARKUP].map((domain) => register(api, domain)));

    expect(responses.map(toCode)).toEqual(expected);
  });

  it('refuses before PushApi is asked, stores nothing, and notices within seconds that a domain is stored', async () => {
    // With a PushApi that is unreachable, whoever asks it is answered 503.
    const api = await product.startProcess('api', { REGISTRATION: 'enabled', PUSH_API_URL: 'http://127.0.0.1:1' });
    const domain = 'later.example.com';
    const byToken = { subscription: {} };

    expect(toCode(await register(api, ENABLED, byToken))).toBe('503 push_api_unavailable');
    expect(toCode(await register(api, domain, byToken))).toBe('403 registration_refused');
    expect(toCode(await register(api, domain))).toBe('403 registration_refused');
    expect(await product.db.contactsOf(domain)).toEqual([]);

    await store(domain, { isPushFeatureEnabled: true });
    await waitFor(
      () => register(api, domain),
      ({ status }) => status === 200,
      20_000,
    );
  });
});

describe('REGISTRATION_ORIGINS=domain', () => {
  it('takes contacts from pages of the domain and of its external push domain alone', async () => {
    const api = await product.startProcess('api', { REGISTRATION_ORIGINS: 'domain' });
    const from = (origin: string | undefined, domain = ENABLED): Promise<HttpResponse> =>
      register(api, domain, origin === undefined ? {} : { origin });

    const taken = [
      from(`https://${ENABLED}`),
      from(`https://www.${ENABLED}`),
      from(`https://${EXTERNAL}`),
      from(`https://${UNKNOWN}`, UNKNOWN),
      from('http://localhost:8080', 'localhost'),
    ];
    const refused = [
      from(undefined),
      from('null'),
      from(`http://${ENABLED}`),
      from(`https://${ENABLED}.evil.example`),
      from(`https://${EXTERNAL}`, UNKNOWN),
      from('https://script', MARKUP),
    ];

    expect((await Promise.all(taken)).map(toCode)).toEqual(taken.map(() => '200'));
    expect((await Promise.all(refused)).map(toCode)).toEqual(refused.map(() => '403 origin_refused'));
  });
});

describe('REGISTRATION_QUOTA_PER_MINUTE', () => {
  it('is of a domain over all apis, for contacts that are stored or revived', async () => {
    const quota = { REGISTRATION_QUOTA_PER_MINUTE: '20' };
    const apis = [await product.startProcess('api', quota), await product.startProcess('api', quota)] as const;
    const { domain, again, codes, known, refused } = await whenAllIsCounted(apis, () => fillQuota(apis));
    await product.ask('DELETE', `/push-contacts/${again.deviceToken}`);

    expect(codes.filter((code) => code === '200')).toHaveLength(20);
    expect(codes.filter((code) => code === '429 registration_quota_reached')).toHaveLength(11);
    // Known already: costs nothing.
    expect(known).toEqual(known.map(() => '200'));
    expect(refused.headers.get('retry-after')).toMatch(/^([1-9]|[1-5]\d|60)$/);
    expect(toCode(await register(apis[1], domain, again))).toBe('429 registration_quota_reached');
    expect(toCode(await register(apis[1], `other.${domain}`))).toBe('200');
    expect(await product.db.contactsOf(domain)).toHaveLength(20);
  });

  /** Registers 31 new contacts of a fresh domain at both apis by turns, and one that is known in between. */
  async function fillQuota(apis: readonly [ProductProcess, ProductProcess]): Promise<{
    domain: string;
    again: { deviceToken: string; subscription: object };
    codes: string[];
    known: string[];
    refused: HttpResponse;
  }> {
    const domain = `quota-${(tokens += 1)}.example.com`;
    const again = { deviceToken: `again-${domain}`, subscription: subscription() };
    const codes = [toCode(await register(apis[0], domain, again))];
    const known: string[] = [];
    for (let index = 0; index < 30; index += 1) {
      const api = apis[index % 2 === 0 ? 0 : 1];
      known.push(toCode(await register(api, domain, again)));
      codes.push(toCode(await register(api, domain)));
    }
    return { domain, again, codes, known, refused: await register(apis[0], domain) };
  }
});

describe('SUBSCRIPTION_CHANGE_NEEDS_AUTH', () => {
  const change = (api: ProductProcess, deviceToken: string, json: object): Promise<HttpResponse> =>
    request('PUT', `${api.url}/push-contacts/${deviceToken}/subscription`, { json });

  const storedEndpoint = async (deviceToken: string): Promise<unknown> => {
    const [contact] = await product.db.find('push-contacts', { device_token: deviceToken });
    return (contact?.subscription as { endpoint?: string } | null | undefined)?.endpoint;
  };

  it('true: only who knows the stored auth replaces the subscription, and the same request may be repeated', async () => {
    const api = await product.startProcess('api', { SUBSCRIPTION_CHANGE_NEEDS_AUTH: 'true' });
    const [auth, next] = [newAuth(), subscription()];
    await register(api, ENABLED, { deviceToken: 'change', subscription: subscription(auth) });
    const before = await storedEndpoint('change');

    const refused = [
      await change(api, 'change', next),
      await change(api, 'change', { ...next, previousAuth: null }),
      await change(api, 'change', { ...next, previousAuth: '' }),
      await change(api, 'change', { ...next, previousAuth: newAuth() }),
    ];
    expect(refused.map(toCode)).toEqual(refused.map(() => '403 subscription_auth_mismatch'));
    expect(new Set(refused.map(({ text }) => text)).size).toBe(1);
    expect(await storedEndpoint('change')).toBe(before);

    expect(toCode(await change(api, 'change', { ...next, PreviousAUTH: `${auth}==` }))).toBe('200');
    expect(await storedEndpoint('change')).toBe(next.endPoint);
    expect(toCode(await change(api, 'change', { ...next, previousAuth: auth }))).toBe('200');
    expect(toCode(await change(api, 'nobody', { ...next, previousAuth: auth }))).toBe('404 resource_not_found');
  });

  it('true: of many changes at once by who knows the auth, the first wins', async () => {
    const api = await product.startProcess('api', { SUBSCRIPTION_CHANGE_NEEDS_AUTH: 'true' });
    const auth = newAuth();
    await register(api, ENABLED, { deviceToken: 'race', subscription: subscription(auth) });

    const responses = await Promise.all(
      Array.from({ length: 20 }, () => change(api, 'race', { ...subscription(), previousAuth: auth })),
    );

    expect(responses.map(toCode).filter((code) => code === '200')).toHaveLength(1);
    expect(responses.map(toCode).filter((code) => code === '403 subscription_auth_mismatch')).toHaveLength(19);
  });

  it('true: a contact without a stored subscription gets one as before', async () => {
    const api = await product.startProcess('api', { SUBSCRIPTION_CHANGE_NEEDS_AUTH: 'true' });
    await product.db.addContacts(ENABLED, ['token-only']);

    expect(toCode(await change(api, 'token-only', subscription()))).toBe('200');
  });

  describe('true: a contact that has ended', () => {
    let api: ProductProcess;
    let victim: { auth: string; deviceToken: string };

    const post = (json: object): Promise<HttpResponse> =>
      register(api, ENABLED, { deviceToken: victim.deviceToken, ...json });

    beforeAll(async () => {
      api = await product.startProcess('api', { SUBSCRIPTION_CHANGE_NEEDS_AUTH: 'true' });
    });

    beforeEach(async () => {
      victim = { auth: newAuth(), deviceToken: `leaked-${(tokens += 1)}` };
      await post({ subscription: subscription(victim.auth) });
      expect((await request('DELETE', `${api.url}/push-contacts/${victim.deviceToken}`)).status).toBe(204);
    });

    it('is not revived by who has its token alone, in no form of the request', async () => {
      const before = await storedEndpoint(victim.deviceToken);

      const refused = [
        await post({}),
        await post({ previousAuth: null }),
        await post({ previousAuth: ' ' }),
        await post({ previousAuth: newAuth() }),
        await post({ subscription: {} }),
        await post({ subscription: null }),
        await register(api, UNKNOWN, { deviceToken: victim.deviceToken }),
        await post({ subscription: { ...subscription(), previousAuth: victim.auth } }),
      ];

      expect(refused.map(toCode)).toEqual(refused.map(() => '403 subscription_auth_mismatch'));
      expect(await storedEndpoint(victim.deviceToken)).toBe(before);
      expect(await product.db.find('push-contacts', { device_token: victim.deviceToken })).toMatchObject([
        { domain: ENABLED, deleted: true },
      ]);
    });

    it.each<[string, () => object]>([
      ['previousAuth', () => ({ previousAuth: victim.auth })],
      ['previousAuth, in any case and padded', () => ({ PREVIOUSauth: `${victim.auth}==` })],
      ['its own subscription', () => ({ subscription: subscription(victim.auth) })],
      ['previousAuth and no subscription', () => ({ subscription: null, previousAuth: victim.auth })],
    ])('is revived by who sends %s', async (_, json) => {
      expect(toCode(await post(json()))).toBe('200');
      expect(await product.db.find('push-contacts', { device_token: victim.deviceToken })).toMatchObject([
        { deleted: false },
      ]);
    });

    it('is one contact after many revivals at once, and none of them fails', async () => {
      const responses = await Promise.all(Array.from({ length: 20 }, () => post({ previousAuth: victim.auth })));

      expect(responses.map(toCode)).toEqual(responses.map(() => '200'));
      expect(await product.db.find('push-contacts', { device_token: victim.deviceToken })).toHaveLength(1);
    });

    it('is free for everybody where no auth is stored', async () => {
      await product.db.addContacts(ENABLED, ['ended-token-only']);
      await request('DELETE', `${api.url}/push-contacts/ended-token-only`);

      expect(toCode(await register(api, ENABLED, { deviceToken: 'ended-token-only' }))).toBe('200');
    });
  });

  it('by default needs nothing, as Doppler’s clients send nothing', async () => {
    await register(product.api, ENABLED, { deviceToken: 'default', subscription: subscription() });

    expect(toCode(await change(product.api, 'default', subscription()))).toBe('200');
    expect(toCode(await change(product.api, 'default', { ...subscription(), previousAuth: 'wrong' }))).toBe('200');
    await product.ask('DELETE', '/push-contacts/default');
    expect(toCode(await register(product.api, ENABLED, { deviceToken: 'default' }))).toBe('200');
  });
});
