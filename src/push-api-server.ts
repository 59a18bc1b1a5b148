import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setBodyLimit } from './core/body-limit.js';
import type { Config } from './core/config.js';
import { CoreModule } from './core/core.module.js';
import { createHttpApp } from './core/http-app.js';
import { RequestPipe } from './core/request.pipe.js';
import { rootOf } from './core/root-module.js';
import { measureRequests } from './health/metrics.js';
import { WEB_PUSH_BODY_LIMIT_BYTES } from './push-api/web-push.dto.js';
import { PushApiModule } from './push-api.module.js';
import { guardSuperUserRoutes } from './security/super-user.js';
import { TokensService } from './security/tokens.service.js';

/** Creates the built-in PushApi, open to super users and to `serviceToken`; listens nowhere yet. */
export async function createPushApi(
  config: Config,
  serviceToken = config.pushApi.token,
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(rootOf(CoreModule.registerWithoutStores(config), [PushApiModule]));
  app.useGlobalPipes(new RequestPipe());
  const fastify = app.getHttpAdapter().getInstance();
  setBodyLimit(fastify, '/webpush', WEB_PUSH_BODY_LIMIT_BYTES);
  guardSuperUserRoutes(fastify, app.get(TokensService, { strict: false }), serviceToken);
  measureRequests(fastify);
  return app;
}
