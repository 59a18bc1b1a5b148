import rateLimit from '@fastify/rate-limit';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Config } from '../core/config/config.js';
import { AppError } from '../core/errors/errors.js';
import { findRouteLimit, type LimitName } from '../core/http/route-limit.js';
import { uncountedRequests } from '../core/process/metrics.js';
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

const SECONDS_A_MINUTE = 60;

/** Limits the requests to an API, by its settings. Where Redis does not count, requests pass. */
export class RequestLimits {
  /** The routes with a limit, whatever it is: method and path, as OpenAPI writes them. */
  readonly routes = new Set<string>();
  private readonly logger = new Logger('RateLimits');
  private readonly refusals = new RefusalLog();
  private readonly clientKeys: ClientKeys;
  private readonly hooks: Readonly<Record<LimitName, Hook | undefined>>;
  private hasWarned = false;

  private constructor(
    private readonly fastify: FastifyInstance,
    private readonly config: LimitConfig,
  ) {
    this.clientKeys = new ClientKeys(config);
    const { anonymousPerMinute, registrationsPerMinute, tokenPerMinute, testSendsPerMinute } = config.rateLimits;
    this.hooks = {
      anonymous: this.ofClient('anonymous', anonymousPerMinute),
      registrations: this.ofClient('registrations', registrationsPerMinute),
      token: this.createHook('token', tokenPerMinute, ofToken),
      testSends: this.createHook('testSends', testSendsPerMinute, ofToken),
    };
  }

  /** Call it before routes are registered. */
  static async create(fastify: FastifyInstance, config: LimitConfig, counters: RateCounters): Promise<RequestLimits> {
    await fastify.register(rateLimit, { global: false, skipOnError: true, store: countingStore(counters) });
    return new RequestLimits(fastify, config);
  }

  /**
   * Counts a request for its token, once that was verified; for its address where it was refused. A route may
   * name a further limit of a token. Throws `too_many_requests` above the limit.
   */
  readonly countCaller: Hook = async (request, reply) => {
    await this.hooks[request.caller === undefined ? 'anonymous' : 'token']?.(request, reply);
    const named = findRouteLimit(request.routeOptions.config);
    if (request.caller !== undefined && named === 'testSends') await this.hooks.testSends?.(request, reply);
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
      const hook = access === 'anonymous' ? this.hooks[named ?? 'anonymous'] : undefined;
      if (hook !== undefined) route.onRequest = addHook(route.onRequest, hook);
    });
  }

  private ofClient(name: LimitName, perMinute: number): Hook | undefined {
    const hook = this.createHook(name, perMinute, (request) => this.clientKeys.toKey(findClient(request)));
    if (hook === undefined || this.config.trustProxy !== undefined) return hook;
    return async (request, reply) => {
      if (isOfPrivatePeer(request)) this.passUnknown();
      else await hook(request, reply);
    };
  }

  private createHook(
    name: LimitName,
    perMinute: number,
    findKey: (request: FastifyRequest) => string,
  ): Hook | undefined {
    if (perMinute === 0) return undefined;
    const { windowSeconds } = this.config.rateLimits;
    const max = Math.floor((perMinute * windowSeconds) / SECONDS_A_MINUTE);
    const check = this.fastify.createRateLimit({
      max,
      timeWindow: windowSeconds * 1_000,
      keyGenerator: (request) => `${name}:${findKey(request)}`,
    });
    return async (request, reply) => {
      const result = await check(request);
      // Without a remaining time Redis has not counted.
      if (result.isAllowed || result.ttl === 0) return;
      void reply
        .header('ratelimit-limit', max)
        .header('ratelimit-remaining', result.remaining)
        .header('ratelimit-reset', result.ttlInSeconds);
      if (!result.isExceeded) return;
      this.refusals.add(name);
      throw tooManyRequests(`Only ${max} requests in ${windowSeconds} s are taken.`, result.ttlInSeconds);
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

function tooManyRequests(detail: string, retryAfterSeconds: number): AppError {
  return new AppError('too_many_requests', detail, { retryAfterSeconds });
}

/** Adds a hook once: Fastify makes the HEAD route of a GET from what its hooks are already. */
function addHook(hooks: RouteOptions['onRequest'], hook: Hook): Hook[] {
  return [...new Set([hooks ?? [], hook].flat())] as Hook[];
}
