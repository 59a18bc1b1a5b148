import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { ApiProblem } from '../core/api-problem.js';
import type { TokensService } from './tokens.service.js';

interface RouteAccess {
  readonly superUserOnly?: boolean;
}

/** Lets only super users call the route, and says so in OpenAPI. `routeConfig` holds the route's further options. */
export function SuperUser(routeConfig: object = {}): MethodDecorator {
  const access: RouteAccess = { superUserOnly: true };
  return applyDecorators(
    RouteConfig({ ...routeConfig, ...access }),
    ApiBearerAuth(),
    ApiProblem('unauthenticated', 'not_super_user'),
  );
}

/**
 * Checks the token of every route marked with @SuperUser. A Nest guard would run after the body has been received and
 * parsed; here a stranger's body is refused unread. `serviceToken` is accepted as well, where one is given.
 */
export function guardSuperUserRoutes(fastify: FastifyInstance, tokens: TokensService, serviceToken?: string): void {
  fastify.addHook('preParsing', async (request) => {
    const access = request.routeOptions.config as RouteAccess;
    if (access.superUserOnly !== true) return;
    const { authorization } = request.headers;
    if (serviceToken !== undefined && authorization === `Bearer ${serviceToken}`) return;
    await tokens.demandSuperUser(authorization);
  });
}
