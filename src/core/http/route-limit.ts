/**
 * The limits of requests: of one client address, of one address to register contacts, of one token, and of
 * one token to send tests.
 */
export type LimitName = 'anonymous' | 'registrations' | 'token' | 'testSends';

interface RouteLimit {
  readonly limit: LimitName | 'none';
}

/** A route option: its requests are not counted. */
export const NOT_LIMITED: RouteLimit = { limit: 'none' };

/** A route option: its requests count as registrations. */
export const LIMITED_AS_REGISTRATION: RouteLimit = { limit: 'registrations' };

/** A route option: its requests count as test sends of their token too. */
export const LIMITED_AS_TEST_SEND: RouteLimit = { limit: 'testSends' };

interface RouteLimitHeaders {
  readonly describesLimit: boolean;
}

/**
 * A route option: far from the limit no response says what is left of it. Nobody reads the responses of these
 * routes, which are the busiest.
 */
export const DESCRIBES_NO_LIMIT: RouteLimitHeaders = { describesLimit: false };

/** Whether responses of a route say what is left of its limit also where that is far. */
export function describesLimit(routeConfig: object | undefined): boolean {
  return (routeConfig as Partial<RouteLimitHeaders> | undefined)?.describesLimit ?? true;
}

/** Returns which limit a route's configuration names; undefined where it names none. */
export function findRouteLimit(routeConfig: object | undefined): RouteLimit['limit'] | undefined {
  return (routeConfig as Partial<RouteLimit> | undefined)?.limit;
}
