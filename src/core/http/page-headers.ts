import type { FastifyInstance } from 'fastify';

/**
 * What a page of ours may load: its own origin, Swagger UI's inline style, and images of messages. It is in
 * no frame of another page, which could lead a visitor's click to it (CSP Level 3).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  // Swagger UI, the demo and the subscribe window call the API that serves them.
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Gives every response with a body `nosniff`, and every HTML page a Content-Security-Policy,
 * `Referrer-Policy` and `X-Frame-Options`. The address of a page may hold a domain, a visitor guid or a
 * token.
 */
export function protectPages(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    const type = reply.getHeader('content-type');
    const isEmpty = payload === undefined || payload === null || payload === '';
    // A 304 has the type of what it does not repeat, and renews its headers (RFC 9111, section 3.2).
    if (isEmpty && type === undefined) {
      done(null, payload);
      return;
    }
    void reply.header('x-content-type-options', 'nosniff');
    if (typeof type === 'string' && type.toLowerCase().startsWith('text/html')) {
      void reply.header('referrer-policy', 'no-referrer').header('x-frame-options', 'DENY');
      // The console has a stricter one of its own.
      if (!reply.hasHeader('content-security-policy'))
        void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    }
    done(null, payload);
  });
}
