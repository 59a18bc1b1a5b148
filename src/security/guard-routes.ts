import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { AppError } from '../core/errors/errors.js';
import type { Caller, Scope } from './caller.js';
import { type DomainLookups, notFound, readDomain } from './requested-domain.js';
import { findAccess, type RouteAccess, type ScopedAccess } from './route-access.js';
import type { TokensService } from './tokens.service.js';

interface GuardOptions {
  /** Of an app with routes for scoped tokens. */
  readonly lookups?: DomainLookups;
  /** A bearer token that is accepted in addition to those of super users. */
  readonly serviceToken?: string | undefined;
  /** Paths of routes that are open to everybody, whatever they declare. */
  readonly openPaths?: readonly string[];
  /** The path below which routes of a library need no declaration. */
  readonly libraryPath?: string;
  /** Called once the token was verified, or refused: then `request.caller` is undefined. May throw. */
  readonly count?: Hook;
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** 1 MB: who shows a token may send more than anybody, unless the route has a limit of its own. */
const BODY_LIMIT_BYTES = 1_048_576;

/** The path of the route that answers CORS preflights. */
const PREFLIGHTS = '*';

/**
 * Checks the token of requests to every route with Access, SuperUser or AnyToken, and sets `request.caller`,
 * before the body is read; a Nest guard would run after the body is parsed. Rejects a request with
 * `unauthenticated`, `not_super_user`, `insufficient_scope`, and with `resource_not_found` for what is of a
 * domain that the caller does not have; `validation_failed` where the domain cannot be read. The app does not
 * start when a route declares nothing. Call it before the routes are registered.
 */
export function guardRoutes(fastify: FastifyInstance, tokens: TokensService, options: GuardOptions = {}): void {
  const { openPaths = [], libraryPath } = options;
  const guard = new RouteGuard(tokens, options);
  const undeclared: string[] = [];
  fastify.decorateRequest('caller', undefined);
  fastify.decorateRequest('scopedDomain', undefined);
  fastify.addHook('onRoute', (route) => {
    const access = findAccess(route.config);
    if (access === undefined && !needsNoDeclaration(route, libraryPath)) undeclared.push(nameRoute(route));
    if (access === undefined || access === 'anonymous') return;
    route.bodyLimit ??= BODY_LIMIT_BYTES;
    if (!openPaths.includes(route.url)) guard.protect(route, access);
  });
  fastify.addHook('onReady', (done) => {
    const problem = `Routes that do not declare their access: ${undeclared.join(', ')}`;
    done(undeclared.length === 0 ? undefined : new Error(problem));
  });
}

/** Adds hooks to protected routes, to these alone: for the others, they would delay every request. */
class RouteGuard {
  constructor(
    private readonly tokens: TokensService,
    private readonly options: Pick<GuardOptions, 'lookups' | 'serviceToken' | 'count'>,
  ) {}

  protect(route: RouteOptions, access: Exclude<RouteAccess, 'anonymous'>): void {
    if (typeof access === 'object') {
      this.protectDomain(route, access);
      return;
    }
    this.beforeBody(route, async (request, reply) => {
      const caller = await this.identify(request, reply);
      if (access === 'super-user') assertSuperUser(caller);
    });
  }

  private protectDomain(route: RouteOptions, { scope, domain: source }: ScopedAccess): void {
    const { lookups } = this.options;
    if (lookups === undefined) throw new Error(`${nameRoute(route)}: this app has no routes for scoped tokens`);
    const assertDomain = async (request: FastifyRequest): Promise<void> => {
      const { caller } = request;
      if (caller?.isSuperUser === true) return;
      const domain = await readDomain(source, request, lookups);
      if (domain === undefined || caller?.domains.has(domain) !== true) throw notFound(source);
      request.scopedDomain = domain;
    };
    const isInBody = source === 'body.domain';
    this.beforeBody(route, async (request, reply) => {
      assertScope(await this.identify(request, reply), scope);
      if (!isInBody) await assertDomain(request);
    });
    if (isInBody) route.preHandler = [assertDomain, route.preHandler ?? []].flat();
  }

  private beforeBody(route: RouteOptions, assert: Hook): void {
    const { serviceToken } = this.options;
    const assertAccess: Hook = async (request, reply) => {
      const isOfService = request.headers.authorization === `Bearer ${serviceToken}`;
      if (serviceToken === undefined || !isOfService) await assert(request, reply);
    };
    route.preParsing = [assertAccess, route.preParsing ?? []].flat();
  }

  private async identify(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    const verifying = this.tokens.verify(request.headers.authorization);
    request.caller = await verifying.catch(() => undefined);
    await this.options.count?.(request, reply);
    return verifying;
  }
}

function assertSuperUser({ isSuperUser }: Caller): void {
  if (!isSuperUser) throw new AppError('not_super_user', 'The token is valid, but not of a super user.');
}

/** Before the domain, so that a token without the scope learns nothing of any. */
function assertScope(caller: Caller, scope: Scope): void {
  if (caller.domains.size === 0) assertSuperUser(caller);
  if (caller.isSuperUser || caller.scopes.has(scope)) return;
  // RFC 6750, section 3.1.
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
  throw new AppError('insufficient_scope', `The token lacks the scope ${scope}.`, { challenge });
}

/** Only reading a page of the library, and CORS preflights. */
function needsNoDeclaration({ method, url }: RouteOptions, libraryPath: string | undefined): boolean {
  const methods = [method].flat();
  if (url === PREFLIGHTS) return methods.every((name) => name === 'OPTIONS');
  const isOfLibrary = libraryPath !== undefined && `${url}/`.startsWith(`${libraryPath}/`);
  return isOfLibrary && methods.every((name) => name === 'GET' || name === 'HEAD');
}

function nameRoute({ method, url }: RouteOptions): string {
  return `${String(method)} ${url}`;
}
