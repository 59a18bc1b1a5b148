import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { ANY_TOKEN, REQUIRED_SCOPE, DOMAIN_FROM } from '../core/http/openapi-access.js';
import { RecordedBeforeChange } from './recorded-handler.js';
import { declareAccess, type ScopedAccess } from './route-access.js';

/**
 * Restricts a route to super users and to tokens that have the scope and the domain of the request, and
 * documents that in OpenAPI: a bearer scheme of OpenAPI 3.0 has no scopes, so they are an extension. Has an
 * effect only in an app with guardRoutes.
 *
 * @param routeConfig further options of the route, since a route has only one RouteConfig.
 * @example
 * @Post('messages/domains/:domain')
 * @Access({ scope: 'send', domain: 'path.domain' })
 */
export function Access(access: ScopedAccess, routeConfig: object = {}): MethodDecorator {
  return applyDecorators(
    RecordedBeforeChange(),
    declareAccess(access, routeConfig),
    ApiBearerAuth(),
    ApiExtension(REQUIRED_SCOPE, access.scope),
    ApiExtension(DOMAIN_FROM, access.domain),
    ApiProblem('unauthenticated', 'not_super_user', 'insufficient_scope', 'resource_not_found'),
  );
}

/**
 * Restricts a route to super users and documents that in OpenAPI: for routes over all domains. Has an effect
 * only in an app with guardRoutes.
 *
 * @param routeConfig further options of the route, since a route has only one RouteConfig.
 */
export function SuperUser(routeConfig: object = {}): MethodDecorator {
  return applyDecorators(
    RecordedBeforeChange(),
    declareAccess('super-user', routeConfig),
    ApiBearerAuth(),
    ApiProblem('unauthenticated', 'not_super_user'),
  );
}

/**
 * Restricts a route to callers with a valid token, whatever it is for, and documents that in OpenAPI: for
 * what a token says of itself. Has an effect only in an app with guardRoutes.
 */
export function AnyToken(): MethodDecorator {
  return applyDecorators(
    RecordedBeforeChange(),
    declareAccess('any-token', {}),
    ApiBearerAuth(),
    ApiExtension(ANY_TOKEN, true),
    ApiProblem('unauthenticated'),
  );
}
