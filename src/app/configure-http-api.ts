import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditLog } from '../audit/audit-log.js';
import { auditRequests } from '../audit/audit-requests.js';
import { Config } from '../core/config/config.js';
import { serveOpenApi, SWAGGER_PATH } from '../core/http/openapi.js';
import { protectPages } from '../core/http/page-headers.js';
import { RequestPipe } from '../core/http/request.pipe.js';
import { PREFERENCE_APPLIED, rememberStrictHandling } from '../core/http/strict-handling.js';
import { documentHealth } from '../health/health.openapi.js';
import { VERSION } from '../health/version.js';
import { MessagesReader } from '../messages/messages.reader.js';
import { ContactQueriesService } from '../push-contacts/contact-queries.service.js';
import { guardRoutes } from '../security/guard-routes.js';
import type { DomainLookups } from '../security/requested-domain.js';
import { TokensService } from '../security/tokens.service.js';

/**
 * Adds to an app with the API's controllers: headers of pages, validation of requests, strict where that is
 * preferred, the check of tokens, CORS for every origin, and Swagger UI. Call it before the app
 * listens.
 */
export function openHttpApi(app: NestFastifyApplication): void {
  warnOfMissingKey(app.get(Config, { strict: false }));
  protectPages(app.getHttpAdapter().getInstance());
  rememberStrictHandling(app.getHttpAdapter().getInstance());
  app.useGlobalPipes(new RequestPipe());
  const lookups = findLookups(app);
  guardRoutes(app.getHttpAdapter().getInstance(), app.get(TokensService, { strict: false }), {
    lookups,
    libraryPath: SWAGGER_PATH,
  });
  auditRequests(app.getHttpAdapter().getInstance(), {
    log: app.get(AuditLog, { strict: false }),
    findDomainOfMessage: lookups.ofMessage,
  });
  app.enableCors({
    origin: '*',
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: [PREFERENCE_APPLIED],
    credentials: false,
    // A plain OPTIONS is a question for the methods (RFC 9110, section 9.3.7), not a malformed preflight.
    strictPreflight: false,
  });
  documentHealth();
  serveOpenApi(app, VERSION);
}

function findLookups(app: NestFastifyApplication): DomainLookups {
  const messages = app.get(MessagesReader, { strict: false });
  const contacts = app.get(ContactQueriesService, { strict: false });
  return {
    ofMessage: (messageId) => messages.findDomain(messageId),
    ofContact: (deviceToken) => contacts.findDomain(deviceToken),
  };
}

/** Development generates a key. With another PushApi than the built-in one, nothing else tells of it. */
function warnOfMissingKey({ production, vapid }: Config): void {
  if (!production || vapid !== undefined) return;
  new Logger('PushScript').warn('No VAPID_PUBLIC_KEY or VAPID_KEYS_DIR: browsers cannot subscribe to Web Push');
}
