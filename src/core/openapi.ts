import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** Serves Swagger UI at /swagger and the OpenAPI document at /swagger/v1/swagger.json. */
export function serveOpenApi(app: NestFastifyApplication, version: string): void {
  SwaggerModule.setup('swagger', app, () => describeApi(app, version), {
    jsonDocumentUrl: 'swagger/v1/swagger.json',
    raw: ['json'],
    customSiteTitle: 'push-contact',
    swaggerOptions: { persistAuthorization: true },
  });
}

function describeApi(app: NestFastifyApplication, version: string): OpenAPIObject {
  const description = 'Registers push contacts, sends messages to them and reports what became of them.';
  const builder = new DocumentBuilder()
    .setTitle('push-contact')
    .setDescription(description)
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A super-user token' });
  return SwaggerModule.createDocument(app, builder.build());
}
