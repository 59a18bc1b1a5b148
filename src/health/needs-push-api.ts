/**
 * Injects whether a process is of no use without PushApi. A worker is: it does nothing but send. An API is
 * not: a load balancer that took it out would lose clicks, reports and sends to be accepted as well, although
 * only the registration by device token asks PushApi.
 */
export const NEEDS_PUSH_API = Symbol('NEEDS_PUSH_API');
