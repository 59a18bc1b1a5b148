import { RouteConfig } from '@nestjs/platform-fastify';
import type { Scope } from './caller.js';

/**
 * Where the domain of a request is: named itself, or that of the message or contact which is named. Routes
 * whose domain is in the path or query are checked before the body is read.
 */
export const DOMAIN_SOURCES = [
  'path.domain',
  'path.name',
  'path.messageId',
  'path.deviceToken',
  'query.domain',
  'body.domain',
] as const;

export type DomainSource = (typeof DOMAIN_SOURCES)[number];

/** A route for tokens with this scope that have the domain of the request, and for super users. */
export interface ScopedAccess {
  readonly scope: Scope;
  readonly domain: DomainSource;
}

/** Who may call a route. */
export type RouteAccess = 'anonymous' | 'any-token' | 'super-user' | ScopedAccess;

/** What the options of a route say of it. */
interface DeclaredAccess {
  readonly access?: RouteAccess;
}

/** Returns what the options of a route declare of its access; undefined where they declare nothing. */
export function findAccess(routeConfig: object | undefined): RouteAccess | undefined {
  return (routeConfig as DeclaredAccess | undefined)?.access;
}

/**
 * Declares who may call a route.
 *
 * @param routeConfig further options of the route, since a route has only one RouteConfig.
 */
export function declareAccess(access: RouteAccess, routeConfig: object): MethodDecorator {
  return RouteConfig({ ...routeConfig, access } satisfies DeclaredAccess);
}

/**
 * Declares that anybody may call a route. Without Swagger's code, which a worker must not keep in memory.
 *
 * @param routeConfig further options of the route.
 */
export function Anonymous(routeConfig: object = {}): MethodDecorator {
  return declareAccess('anonymous', routeConfig);
}
