import rateLimit from '@fastify/rate-limit';
import { Logger } from '@nestjs/common';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler as RouteHook,
  RouteOptions,
} from 'fastify';
import type { Config } from '../core/config/config.js';
import { AppError } from '../core/errors/errors.js';
import { describesLimit, findRouteLimit, type LimitName } from '../core/http/route-limit.js';
import { uncountedRequests } from '../core/metrics/access.metrics.js';
import { findAccess } from '../security/route-access.js';
import { findClient, isOfPrivatePeer } from './client-address.js';
import { ClientKeys } from './client-keys.js';
import { countingStore } from './counting-store.js';
import type { RateCounters } from './rate-counters.js';
import { RefusalLog } from './refusal-log.js';

/** The headers of draft-ietf-httpapi-ratelimit-headers-06; the third is in seconds. */
export const LIMIT_HEADERS = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'Retry-After'] as const;

type LimitConfig = Pick<Config, 'encryption' | 'rateLimits' | 'trustProxy'>;

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Counts requests by a limit. */
interface Limit {
  /**
   * Counts a request that is far from the limit, and returns whether it is: it need not wait. With a reply,
   * its headers say what is left.
   */
  readonly passAhead: (request: FastifyRequest, reply?: FastifyReply) => boolean;
  /** Counts any other one. */
  readonly check: Hook;
}

const SECONDS_A_MINUTE = 60;

/** Limits the requests to an API, by its settings. Where Redis does not count, requests pass. */
export class RequestLimits {
  /** The routes with a limit, whatever it is: method and path, as OpenAPI writes them. */
  readonly routes = new Set<string>();
  private readonly logger = new Logger('RateLimits');
  private readonly refusals = new RefusalLog();
  private readonly clientKeys: ClientKeys;
  private readonly limits: Readonly<Record<LimitName, Limit | undefined>>;
  private readonly routeHooks = new Map<Limit, RouteHook>();
  private readonly quietRouteHooks = new Map<Limit, RouteHook>();
  private hasWarned = false;

  private constructor(
    private readonly fastify: FastifyInstance,
    private readonly config: LimitConfig,
    private readonly counters: RateCounters,
  ) {
    this.clientKeys = new ClientKeys(config);
    const { anonymousPerMinute, registrationsPerMinute, tokenPerMinute, testSendsPerMinute } = config.rateLimits;
    this.limits = {
      anonymous: this.ofClient('anonymous', anonymousPerMinute),
      registrations: this.ofClient('registrations', registrationsPerMinute),
      token: this.createLimit('token', tokenPerMinute, ofToken),
      testSends: this.createLimit('testSends', testSendsPerMinute, ofToken),
    };
  }

  /** Call it before routes are registered. */
  static async create(fastify: FastifyInstance, config: LimitConfig, counters: RateCounters): Promise<RequestLimits> {
    await fastify.register(rateLimit, { global: false, skipOnError: true, store: countingStore(counters) });
    return new RequestLimits(fastify, config, counters);
  }

  /**
   * Counts a request for its token, once that was verified; for its address where it was refused. A route may
   * name a further limit of a token. Throws `too_many_requests` above the limit.
   */
  readonly countCaller: Hook = async (request, reply) => {
    await countBy(this.limits[request.caller === undefined ? 'anonymous' : 'token'], request, reply);
    const named = findRouteLimit(request.routeOptions.config);
    if (request.caller !== undefined && named === 'testSends') await countBy(this.limits.testSends, request, reply);
  };

  /**
   * Limits every route that is registered from now on, unless it says NOT_LIMITED: before anything is read.
   * Of routes with a token their guard calls `countCaller`.
   */
  limitRoutes(): void {
    this.fastify.addHook('onRoute', (route) => {
      const named = findRouteLimit(route.config);
      if (named === 'none' || route.method === 'OPTIONS') return;
      this.routes.add(`${String(route.method)} ${route.url.replace(/:(\w+)/g, '{$1}')}`);
      const access = findAccess(route.config) ?? 'anonymous';
      const limit = access === 'anonymous' ? this.limits[named ?? 'anonymous'] : undefined;
      if (limit !== undefined)
        route.onRequest = addHook(route.onRequest, this.toHook(limit, describesLimit(route.config)));
    });
  }

  /** One for a limit: Fastify makes the HEAD route of a GET from what its hooks are already. */
  private toHook(limit: Limit, isDescribed: boolean): RouteHook {
    const hooks = isDescribed ? this.routeHooks : this.quietRouteHooks;
    const known = hooks.get(limit);
    if (known !== undefined) return known;
    const hook: RouteHook = (request, reply, done) => {
      // Without a promise: these are the busiest routes.
      if (limit.passAhead(request, isDescribed ? reply : undefined)) done();
      else
        void limit.check(request, reply).then(() => {
          done();
        }, done);
    };
    hooks.set(limit, hook);
    return hook;
  }

  private ofClient(name: LimitName, perMinute: number): Limit | undefined {
    const limit = this.createLimit(name, perMinute, (request) => this.clientKeys.toKey(findClient(request)));
    if (limit === undefined || this.config.trustProxy !== undefined) return limit;
    return {
      passAhead: (request, reply) => {
        if (!isOfPrivatePeer(request)) return limit.passAhead(request, reply);
        this.passUnknown();
        return true;
      },
      check: limit.check,
    };
  }

  private createLimit(
    name: LimitName,
    perMinute: number,
    findKey: (request: FastifyRequest) => string,
  ): Limit | undefined {
    if (perMinute === 0) return undefined;
    const { windowSeconds } = this.config.rateLimits;
    const max = Math.floor((perMinute * windowSeconds) / SECONDS_A_MINUTE);
    const windowMs = windowSeconds * 1_000;
    const toKey = (request: FastifyRequest): string => `${name}:${findKey(request)}`;
    const count = this.fastify.createRateLimit({ max, timeWindow: windowMs, keyGenerator: toKey });
    return {
      passAhead: (request, reply) => {
        const counted = this.counters.countRequestAhead(toKey(request), windowMs, max);
        if (counted === undefined) return false;
        const { count: used, remainingMs } = counted;
        if (reply !== undefined) describeLimit(reply, max, max - used, Math.ceil(remainingMs / 1_000));
        return true;
      },
      check: async (request, reply) => {
        const result = await count(request);
        // Without a remaining time Redis has not counted.
        if (result.isAllowed || result.ttl === 0) return;
        describeLimit(reply, max, result.remaining, result.ttlInSeconds);
        if (!result.isExceeded) return;
        this.refusals.add(name);
        throw tooManyRequests(`Only ${max} requests in ${windowSeconds} s are taken.`, result.ttlInSeconds);
      },
    };
  }

  /** All visitors may have this address: a limit would lose clicks, and an attacker is not seen. */
  private passUnknown(): void {
    uncountedRequests.inc({ reason: 'proxy' });
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.logger.warn(
      'Requests come from a private network, as through a proxy, and TRUST_PROXY is unset: limits per client ' +
        "address do not apply to them. Set TRUST_PROXY to the proxy's address, or to false where there is no proxy.",
    );
  }
}

function ofToken({ caller }: FastifyRequest): string {
  return caller?.tokenDigest ?? '';
}

async function countBy(limit: Limit | undefined, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (limit !== undefined && !limit.passAhead(request, reply)) await limit.check(request, reply);
}

function describeLimit(reply: FastifyReply, limit: number, remaining: number, resetSeconds: number): void {
  void reply
    .header('ratelimit-limit', limit)
    .header('ratelimit-remaining', remaining)
    .header('ratelimit-reset', resetSeconds);
}

function tooManyRequests(detail: string, retryAfterSeconds: number): AppError {
  return new AppError('too_many_requests', detail, { retryAfterSeconds });
}

/** Adds a hook once. */
function addHook(hooks: RouteOptions['onRequest'], hook: RouteHook): RouteHook[] {
  return [...new Set([hooks ?? [], hook].flat())] as RouteHook[];
}
