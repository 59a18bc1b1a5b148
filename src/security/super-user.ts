import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../core/errors/api-problem.js';
import type { TokensService } from './tokens.service.js';

interface RouteAccess {
  readonly superUserOnly?: boolean;
}

interface AccessExceptions {
  readonly serviceToken?: string | undefined;
  readonly openPaths?: readonly string[];
}

/**
 * Restricts a route to super users and documents that in OpenAPI. Has an effect only in an app with
 * guardSuperUserRoutes.
 *
 * @param routeConfig further options of the route, since a route has only one RouteConfig.
 */
export function SuperUser(routeConfig: object = {}): MethodDecorator {
  const access: RouteAccess = { superUserOnly: true };
  return applyDecorators(
    RouteConfig({ ...routeConfig, ...access }),
    ApiBearerAuth(),
    ApiProblem('unauthenticated', 'not_super_user'),
  );
}

/** 1 MB: who shows a token may send more than anybody, unless the route has a limit of its own. */
const BODY_LIMIT_BYTES = 1_048_576;

/**
 * Checks the token of requests to every route with SuperUser, and sets `request.caller`, before the body is
 * read; a Nest guard would run after the body is parsed. Rejects a request with `unauthenticated` or
 * `not_super_user`. Call it before the routes are registered.
 *
 * @param exceptions a bearer token that is accepted in addition to super-user tokens, and paths of routes
 *   that are open to everybody.
 */
export function guardSuperUserRoutes(
  fastify: FastifyInstance,
  tokens: TokensService,
  { serviceToken, openPaths = [] }: AccessExceptions = {},
): void {
  fastify.decorateRequest('caller', undefined);
  const assertAccess = async (request: FastifyRequest): Promise<void> => {
    const { authorization } = request.headers;
    if (serviceToken !== undefined && authorization === `Bearer ${serviceToken}`) return;
    request.caller = await tokens.assertSuperUser(authorization);
  };
  fastify.addHook('onRoute', (route) => {
    const access: RouteAccess | undefined = route.config;
    if (access?.superUserOnly !== true) return;
    route.bodyLimit ??= BODY_LIMIT_BYTES;
    if (openPaths.includes(route.url)) return;
    // Of these routes alone: for the others, an asynchronous hook would delay every request.
    route.preParsing = [assertAccess, route.preParsing ?? []].flat();
  });
}
