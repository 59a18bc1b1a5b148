/**
 * A route option of @fastify/cors: scripts of other origins read no header of the response beyond those that
 * every response shows them (Fetch Standard, "CORS-safelisted response-header name").
 */
export const EXPOSES_NO_HEADERS = { cors: { exposedHeaders: null } } as const;
