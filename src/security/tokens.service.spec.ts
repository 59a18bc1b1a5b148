import 'reflect-metadata';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JWTPayload, SignJWT } from 'jose';
import { AppError, type ErrorCode } from '../core/errors/errors.js';
import { SettingError } from '../core/config/setting-error.js';
import { PublicKeyFolder } from './public-key-folder.js';
import { TokensService } from './tokens.service.js';

const now = Math.floor(Date.now() / 1000);
const HOUR = 3_600;

const rsaPair = (modulusLength = 2_048): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync('rsa', { modulusLength });
const pemPair = rsaPair();
const xmlPair = rsaPair();
const strangerPair = rsaPair();

let root: string;
let keysDirectory: string;

const toPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

/** The format of .NET's RSA.ToXmlString(false). */
function toDotNetXml(key: KeyObject): string {
  const { n, e } = key.export({ format: 'jwk' });
  const base64 = (text: string | undefined): string => Buffer.from(text ?? '', 'base64url').toString('base64');
  return `<RSAKeyValue><Modulus>${base64(n)}</Modulus><Exponent>${base64(e)}</Exponent></RSAKeyValue>`;
}

function makeFolder(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return folder;
}

async function serviceFor(jwtPublicKeysDir: string): Promise<TokensService> {
  return new TokensService(await PublicKeyFolder.open(jwtPublicKeysDir));
}

function sign(claims: JWTPayload, key: KeyObject = pemPair.privateKey, alg = 'RS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT' }).sign(key);
}

/** A JWT that no library would sign. */
function handMade(header: object, claims: object, signature: (signed: string) => string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${signature(signed)}`;
}

/** The error code for a header on a route for super users; undefined when the header is accepted. */
async function refusal(authorization: string | undefined): Promise<ErrorCode | undefined> {
  try {
    const { isSuperUser } = await (await serviceFor(keysDirectory)).verify(authorization);
    return isSuperUser ? undefined : 'not_super_user';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'push-contact-keys-'));
  keysDirectory = makeFolder('keys', {
    'current.pem': toPem(pemPair.publicKey),
    'doppler.XML': toDotNetXml(xmlPair.publicKey),
    'README.md': 'not a key',
  });
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('verify', () => {
  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['no token', 'Bearer '],
    ['another scheme', 'Basic dXNlcjpwYXNzd29yZA=='],
    ['garbage', 'Bearer garbage'],
    ['garbage in three parts', 'Bearer a.b.c'],
  ])('rejects %s as unauthenticated', async (_, authorization) => {
    expect(await refusal(authorization)).toBe('unauthenticated');
  });

  it('rejects a valid token without its scheme, or with text after it', async () => {
    const token = await sign({ exp: now + HOUR, isSU: true });
    expect(await refusal(token)).toBe('unauthenticated');
    expect(await refusal(`Bearer ${token} x`)).toBe('unauthenticated');
  });

  const claims = { exp: now + HOUR, isSU: true };
  it.each<[string, () => string | Promise<string>]>([
    ['of a key that is not in the folder', () => sign(claims, strangerPair.privateKey)],
    ['of a known key, but with RS384', () => sign(claims, pemPair.privateKey, 'RS384')],
    ['of a known key, but with PS256', () => sign(claims, pemPair.privateKey, 'PS256')],
    [
      'with HS256 whose secret is the public key',
      () =>
        handMade({ alg: 'HS256', typ: 'JWT' }, claims, (signed) =>
          createHmac('sha256', toPem(pemPair.publicKey)).update(signed).digest('base64url'),
        ),
    ],
    ['with alg none', () => handMade({ alg: 'none', typ: 'JWT' }, claims, () => '')],
    [
      'whose claims were changed after it was signed',
      async () => {
        const [header, , signature] = (await sign({ exp: now + HOUR, isSU: false })).split('.');
        const changed = Buffer.from(JSON.stringify(claims)).toString('base64url');
        return `${header ?? ''}.${changed}.${signature ?? ''}`;
      },
    ],
    ['that expired longer ago than the skew', () => sign({ exp: now - 310, isSU: true })],
    ['without exp', () => sign({ isSU: true })],
    ['that is not valid before longer than the skew', () => sign({ ...claims, nbf: now + 400 })],
  ])('rejects a token %s as unauthenticated', async (_, token) => {
    expect(await refusal(`Bearer ${await token()}`)).toBe('unauthenticated');
  });

  it.each<[string, JWTPayload]>([
    ['without isSU', {}],
    ['with isSU false', { isSU: false }],
    ['with isSU "false"', { isSU: 'false' }],
    ['with isSU 1', { isSU: 1 }],
    ['with isSU null', { isSU: null }],
    ['with isSU ["true"]', { isSU: ['true'] }],
    ['with isSU [true]', { isSU: [true] }],
    ['with isSU [["true"]]', { isSU: [['true']] }],
    ['with isSU {"toString":"x"}', { isSU: { toString: 'x' } }],
    ['with isSU {"valueOf":"true"}', { isSU: { valueOf: 'true', toString: null } }],
    ['with isSU " true"', { isSU: ' true' }],
    ['with isSU ""', { isSU: '' }],
    ['with issu true, another claim', { issu: true }],
  ])('rejects a valid token %s as not_super_user', async (_, claimsOfUser) => {
    expect(await refusal(`Bearer ${await sign({ exp: now + HOUR, ...claimsOfUser })}`)).toBe('not_super_user');
  });

  it.each<[string, JWTPayload]>([
    ['with isSU true', { isSU: true }],
    ['with isSU "true"', { isSU: 'true' }],
    ['with isSU "True"', { isSU: 'True' }],
    ['with isSU "TRUE"', { isSU: 'TRUE' }],
    ['that expired within the skew', { isSU: true, exp: now - 240 }],
    ['that will be valid within the skew', { isSU: true, nbf: now + 240 }],
    ['of any issuer and audience', { isSU: true, iss: 'anyone', aud: 'anything' }],
  ])('accepts a token %s', async (_, claimsOfSuperUser) => {
    expect(await refusal(`Bearer ${await sign({ exp: now + HOUR, ...claimsOfSuperUser })}`)).toBeUndefined();
  });

  describe('of a valid token written otherwise', () => {
    const TABS = 300;
    const swapLast = (text: string): string[] => {
      const [start, last] = [text.slice(0, -1), text.at(-1)];
      return Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
        .filter((other) => other !== last)
        .map((other) => start + other);
    };
    const tabAt = (text: string, at: number): string => `${text.slice(0, at)}\t${text.slice(at)}`;

    it.each<[string, (header: string, payload: string, signature: string) => string[]]>([
      [
        'with a tab in its signature',
        (h, p, s) => Array.from({ length: TABS }, (_, at) => `${h}.${p}.${tabAt(s, at)}`),
      ],
      ['with other white space', (h, p, s) => ['\n', '\r', '\f', '\u00a0'].map((space) => `${h}.${p}.${space}${s}`)],
      ['with padding', (h, p, s) => ['=', '==', '==='].map((padding) => `${h}.${p}.${s}${padding}`)],
      ['with padding of the other parts', (h, p, s) => [`${h}=.${p}.${s}`, `${h}.${p}=.${s}`]],
      ['with another last character', (h, p, s) => swapLast(s).map((other) => `${h}.${p}.${other}`)],
      ['in the alphabet of base64', (h, p, s) => [`${h}.${p}.${s.replace(/-/g, '+').replace(/_/g, '/')}`]],
      ['with a fourth part', (h, p, s) => [`${h}.${p}.${s}.`, `${h}.${p}.${s}.${s}`]],
      ['without its signature', (h, p) => [`${h}.${p}.`, `${h}.${p}`]],
    ])('rejects it %s', async (_, write) => {
      const service = await serviceFor(keysDirectory);
      const [header = '', payload = '', signature = ''] = (await signWithBothCharacters()).split('.');
      const verifying = write(header, payload, signature).map((token) => service.verify(`Bearer ${token}`));

      const outcomes = await Promise.allSettled(verifying);

      expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
    });

    /** A signature with characters that base64 writes otherwise. */
    async function signWithBothCharacters(): Promise<string> {
      for (let jti = 0; ; jti += 1) {
        const token = await sign({ ...claims, jti: String(jti) });
        if (/-.*_|_.*-/.test(token.slice(token.lastIndexOf('.')))) return token;
      }
    }
  });

  it.each(['bearer', 'BEARER', 'Bearer '])('accepts the scheme written %p', async (scheme) => {
    expect(await refusal(`${scheme} ${await sign(claims)}`)).toBeUndefined();
  });

  it('accepts a token of any key in the folder, PEM or .NET XML, and names its file', async () => {
    const keyIdOf = async (key: KeyObject): Promise<string> =>
      (await (await serviceFor(keysDirectory)).verify(`Bearer ${await sign(claims, key)}`)).keyId;
    expect(await keyIdOf(pemPair.privateKey)).toBe('current.pem');
    expect(await keyIdOf(xmlPair.privateKey)).toBe('doppler.XML');
  });
});

describe('TokensService with an invalid folder of public keys', () => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;

  it.each<[string, () => string]>([
    ['is absent', () => join(root, 'absent')],
    ['has no key', () => makeFolder('none', { 'README.md': 'no key' })],
    ['has an invalid PEM file', () => makeFolder('bad-pem', { 'good.pem': toPem(pemPair.publicKey), 'key.pem': 'x' })],
    ['has an invalid XML file', () => makeFolder('bad-xml', { 'key.xml': 'x' })],
    [
      'has an XML file without a modulus',
      () => makeFolder('half-xml', { 'key.xml': '<RSAKeyValue><Exponent>AQAB</Exponent></RSAKeyValue>' }),
    ],
    [
      'has an XML file with an empty modulus',
      () =>
        makeFolder('empty-xml', {
          'key.xml': '<RSAKeyValue><Modulus></Modulus><Exponent>AQAB</Exponent></RSAKeyValue>',
        }),
    ],
    ['has a key that is not RSA', () => makeFolder('elliptic', { 'key.pem': toPem(elliptic) })],
    [
      'has a key that is too short for RS256',
      () => makeFolder('short', { 'key.pem': toPem(rsaPair(1_024).publicKey) }),
    ],
  ])('throws a SettingError when the folder %s', async (_, folder) => {
    const path = folder();
    const starting = await serviceFor(path).catch((error: unknown) => error);
    expect(starting).toBeInstanceOf(SettingError);
    expect((starting as SettingError).message).toMatch(/^JWT_PUBLIC_KEYS_DIR: /);
    expect((starting as SettingError).message).not.toContain(path);
  });
});
