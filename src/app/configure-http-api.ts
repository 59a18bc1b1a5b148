import { Logger } from '@nestjs/common';
import cors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditLog } from '../audit/audit-log.js';
import { auditRequests } from '../audit/audit-requests.js';
import { Config } from '../core/config/config.js';
import { serveOpenApi, SWAGGER_PATH } from '../core/http/openapi.js';
import { protectPages } from '../core/http/page-headers.js';
import { RequestPipe } from '../core/http/request.pipe.js';
import { REQUEST_ID_HEADER } from '../core/http/request-id.js';
import { PREFERENCE_APPLIED, rememberStrictHandling } from '../core/http/strict-handling.js';
import { traceRequests } from '../core/tracing/trace-requests.js';
import { documentHealth } from '../health/health.openapi.js';
import { VERSION } from '../health/version.js';
import { MessagesReader } from '../messages/messages.reader.js';
import { ContactQueriesService } from '../push-contacts/contact-queries.service.js';
import { documentLimits } from '../rate-limits/limits.openapi.js';
import { RateCounters } from '../rate-limits/rate-counters.js';
import { LIMIT_HEADERS, RequestLimits } from '../rate-limits/request-limits.js';
import { guardRoutes } from '../security/guard-routes.js';
import type { DomainLookups } from '../security/requested-domain.js';
import { findAccess } from '../security/route-access.js';
import { TokensService } from '../security/tokens.service.js';
import { logSends } from './log-sends.js';

/**
 * Adds to an app with the API's controllers: headers of pages, validation of requests, strict where that is
 * preferred, the check of tokens, limits of requests, CORS for every origin, and Swagger UI. Call it before
 * the app listens.
 */
export async function openHttpApi(app: NestFastifyApplication): Promise<void> {
  const config = app.get(Config, { strict: false });
  const fastify = app.getHttpAdapter().getInstance();
  warnOfMissingKey(config);
  // Before the hooks that may refuse a request. Not Nest's enableCors: it writes each header twice, which
  // costs the busiest routes a tenth of their time.
  await fastify.register(cors, {
    origin: '*',
    methods: 'GET, HEAD, POST, PUT, DELETE',
    exposedHeaders: [PREFERENCE_APPLIED, REQUEST_ID_HEADER, 'WWW-Authenticate', ...LIMIT_HEADERS].join(', '),
    // A plain OPTIONS is a question for the methods (RFC 9110, section 9.3.7), not a malformed preflight.
    strictPreflight: false,
  });
  protectPages(fastify);
  rememberStrictHandling(fastify);
  app.useGlobalPipes(new RequestPipe());
  const lookups = findLookups(app);
  const limits = await createLimits(app, config);
  guardRoutes(fastify, app.get(TokensService, { strict: false }), {
    lookups,
    libraryPath: SWAGGER_PATH,
    count: limits.countCaller,
  });
  logSends(fastify);
  // A route that declares nothing is a library's page.
  traceRequests(fastify, {
    isOpen: ({ routeOptions }) => (findAccess(routeOptions.config) ?? 'anonymous') === 'anonymous',
  });
  const contacts = app.get(ContactQueriesService, { strict: false });
  auditRequests(fastify, {
    log: app.get(AuditLog, { strict: false }),
    findDomainOfMessage: lookups.ofMessage,
    findContact: (deviceToken) => contacts.findActive(deviceToken),
  });
  limits.limitRoutes();
  documentHealth();
  serveOpenApi(app, VERSION, (document) => {
    documentLimits(document, limits.routes);
  });
}

async function createLimits(app: NestFastifyApplication, config: Config): Promise<RequestLimits> {
  const counters = app.get(RateCounters, { strict: false });
  await counters.connect();
  return RequestLimits.create(app.getHttpAdapter().getInstance(), config, counters);
}

function findLookups(app: NestFastifyApplication): DomainLookups {
  const messages = app.get(MessagesReader, { strict: false });
  const contacts = app.get(ContactQueriesService, { strict: false });
  return {
    ofMessage: (messageId) => messages.findDomain(messageId),
    ofContact: async (deviceToken) => (await contacts.findActive(deviceToken))?.domain,
  };
}

/** Development generates a key. With another PushApi than the built-in one, nothing else tells of it. */
function warnOfMissingKey({ production, vapid }: Config): void {
  if (!production || vapid !== undefined) return;
  new Logger('PushScript').warn('No VAPID_PUBLIC_KEY or VAPID_KEYS_DIR: browsers cannot subscribe to Web Push');
}
