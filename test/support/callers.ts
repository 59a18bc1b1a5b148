import { createHmac } from 'node:crypto';
import type { Route } from './openapi-document.js';
import type { TestKeys } from './tokens.js';

/** What a caller gets: the status of success, or a status and the code of the problem. */
export type Expected = 'success' | readonly [status: number, code: string];

interface ExpectedOf {
  readonly anonymous: Expected;
  readonly superUser: Expected;
  /** On a route for every valid token. */
  readonly anyToken: Expected;
  /** On a route with a scope, for what is of the domain `own` and of another one. */
  readonly own: Expected;
  readonly foreign: Expected;
}

/** Somebody who calls a route, and what is expected of it. */
export interface Caller {
  readonly name: string;
  readonly token: string | undefined;
  readonly expected: ExpectedOf;
}

const SCOPES = ['contacts', 'send', 'reports', 'manage'];
const UNAUTHENTICATED: Expected = [401, 'unauthenticated'];
const NOT_SUPER_USER: Expected = [403, 'not_super_user'];
const INSUFFICIENT_SCOPE: Expected = [403, 'insufficient_scope'];
const NOT_FOUND: Expected = [404, 'resource_not_found'];

/** Who may do everything. */
const EVERYTHING: ExpectedOf = toExpected('success', 'success', 'success');
const UNKNOWN = toExpected(UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED);
const NOBODY = toExpected(NOT_SUPER_USER, NOT_SUPER_USER, NOT_SUPER_USER);
const WITHOUT_SCOPE = toExpected(NOT_SUPER_USER, INSUFFICIENT_SCOPE, INSUFFICIENT_SCOPE);

function toExpected(superUser: Expected, own: Expected, foreign: Expected): ExpectedOf {
  const anyToken = superUser === UNAUTHENTICATED ? UNAUTHENTICATED : 'success';
  return { anonymous: 'success', superUser, anyToken, own, foreign };
}

/** All kinds of callers of a route that a scoped token of the domain `own` may meet. */
export async function listCallers(keys: TestKeys, own: string, route: Route): Promise<Caller[]> {
  const scope = route['x-required-scope'] ?? SCOPES.join(' ');
  const others = SCOPES.filter((each) => each !== scope);
  const domains = [own];
  const signed = (name: string, expected: ExpectedOf, claims: Record<string, unknown>) =>
    keys.sign(claims).then((token): Caller => ({ name, token, expected }));
  const withDomain = toExpected(NOT_SUPER_USER, 'success', NOT_FOUND);
  return [
    ...(await Promise.all([
      signed('a super user', EVERYTHING, { isSU: true }),
      signed('a super user as .NET writes it', EVERYTHING, { isSU: 'True' }),
      signed('a super user with domains', EVERYTHING, { isSU: true, domains: ['other.example'], scope: '' }),
      signed('the domain with the scope', withDomain, { domains, scope, sub: 'platform' }),
      signed('two domains with all scopes', withDomain, { domains: ['x.example', own], scope: SCOPES.join(' ') }),
      signed('the domain with the scope and isSU false', withDomain, { domains, scope, isSU: false }),
      signed('the domain without a scope', WITHOUT_SCOPE, { domains }),
      signed('the domain with other scopes', othersExpected(route), { domains, scope: others.join(' ') }),
      signed('the domain with a scope in upper case', WITHOUT_SCOPE, { domains, scope: scope.toUpperCase() }),
      signed('the domain with scopes in a list', WITHOUT_SCOPE, { domains, scope: SCOPES }),
      signed('the domain in upper case', toExpected(NOT_SUPER_USER, NOT_FOUND, NOT_FOUND), {
        domains: [own.toUpperCase()],
        scope,
      }),
      signed('a pattern of domains', toExpected(NOT_SUPER_USER, NOT_FOUND, NOT_FOUND), { domains: ['*'], scope }),
      signed('names of prototypes', toExpected(NOT_SUPER_USER, NOT_FOUND, NOT_FOUND), {
        domains: Object.getOwnPropertyNames(Object.prototype),
        scope: `${scope} ${Object.getOwnPropertyNames(Object.prototype).join(' ')}`,
      }),
      signed('no domains', NOBODY, { scope }),
      signed('an empty list of domains', NOBODY, { domains: [], scope }),
      signed('a domain that is no list', NOBODY, { domains: own, scope }),
      signed('a domain as a key', NOBODY, { domains: { [own]: true }, scope }),
      signed('a domain beside a number', NOBODY, { domains: [own, 1], scope }),
      signed('a list in a list', NOBODY, { domains: [[own]], scope }),
      signed('isSU 1', NOBODY, { isSU: 1 }),
    ])),
    ...(await listUnknownCallers(keys, { domains, scope, isSU: true })),
  ];
}

/** On a route for super users there is no scope to lack. */
function othersExpected(route: Route): ExpectedOf {
  return route['x-required-scope'] === undefined ? NOBODY : WITHOUT_SCOPE;
}

async function listUnknownCallers(keys: TestKeys, claims: Record<string, unknown>): Promise<Caller[]> {
  const [header = '', payload = '', signature = ''] = (await keys.sign(claims)).split('.');
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hs256 = `${part({ alg: 'HS256' })}.${payload}`;
  const tokens: Record<string, string | undefined> = {
    'no token': undefined,
    'an expired token': await keys.sign(claims, -3_600),
    'a token of another key': keys.foreign,
    'alg none': `${part({ alg: 'none' })}.${payload}.`,
    'alg none with the signature': `${part({ alg: 'none' })}.${payload}.${signature}`,
    'HS256 with the public key': `${hs256}.${createHmac('sha256', keys.publicPem).update(hs256).digest('base64url')}`,
    'other claims under the signature': `${header}.${part({ ...claims, exp: 9_999_999_999 })}.${signature}`,
    'a token without its signature': `${header}.${payload}.`,
    'a malformed token': 'a.b.c',
  };
  return Object.entries(tokens).map(([name, token]) => ({ name, token, expected: UNKNOWN }));
}
