import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setBodyLimit } from '../core/http/body-limit.js';
import type { Config } from '../core/config/config.js';
import { createHttpApp } from '../core/http/http-app.js';
import { RequestPipe } from '../core/http/request.pipe.js';
import { SettingsModule } from '../core/settings.module.js';
import { traceRequests } from '../core/tracing/trace-requests.js';
import { createRootModule } from './root.module.js';
import { measureRequests } from '../core/metrics/http.metrics.js';
import { WEB_PUSH_BODY_LIMIT_BYTES } from '../push-api/web-push.dto.js';
import { PushApiModule } from './push-api.module.js';
import { guardRoutes } from '../security/guard-routes.js';
import { TokensService } from '../security/tokens.service.js';

/**
 * Creates the built-in PushApi. It accepts super-user tokens and `serviceToken`, where one is given, and does
 * not listen yet.
 */
export async function createPushApi(
  config: Config,
  serviceToken = config.pushApi.token,
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(createRootModule(SettingsModule.register(config), [PushApiModule]));
  app.useGlobalPipes(new RequestPipe());
  const fastify = app.getHttpAdapter().getInstance();
  setBodyLimit(fastify, '/webpush', WEB_PUSH_BODY_LIMIT_BYTES);
  // Only as a server of its own: the one inside another process has a caller that knows its token.
  const isOpen = config.mode === 'push-api' && config.pushApi.anonymousWebPush;
  const exceptions = { serviceToken, openPaths: isOpen ? ['/webpush'] : [] };
  guardRoutes(fastify, app.get(TokensService, { strict: false }), exceptions);
  traceRequests(fastify, { isOpen: ({ routeOptions }) => exceptions.openPaths.includes(routeOptions.url ?? '') });
  measureRequests(fastify);
  return app;
}
