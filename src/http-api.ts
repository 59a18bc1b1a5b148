import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { serveOpenApi } from './core/openapi.js';
import { RequestPipe } from './core/request.pipe.js';
import { documentHealth } from './health/health.openapi.js';
import { VERSION } from './health/version.js';
import { guardSuperUserRoutes } from './security/super-user.js';
import { TokensService } from './security/tokens.service.js';

/** Lets an app that has the API's controllers be called by browsers, super users and Swagger UI. */
export function openHttpApi(app: NestFastifyApplication): void {
  app.useGlobalPipes(new RequestPipe());
  guardSuperUserRoutes(app.getHttpAdapter().getInstance(), app.get(TokensService, { strict: false }));
  app.enableCors({ origin: '*', methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'], credentials: false });
  documentHealth();
  serveOpenApi(app, VERSION);
}
