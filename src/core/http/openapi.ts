import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { describeAccess } from './openapi-access.js';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** Below it, the pages and files are of Swagger UI. */
export const SWAGGER_PATH = '/swagger';

/** The groups of routes, in the order in which Swagger UI shows them. */
const TAGS = {
  Domains: 'Switch the push feature of a domain, and count its contacts',
  'Push contacts': 'Register visitors who agreed to notifications, and find them',
  Messages: 'Send, follow and cancel messages',
  Reports: 'Outcomes, receipts and clicks of messages',
  Tracking: 'Called by browsers when a notification is received or clicked',
  Access: 'What a token may do',
  Audit: 'Who has changed what',
  'Personal data': 'What is stored of a person: return it, erase it',
  PushScript: 'The script of a site, its service worker and its settings',
  Site: 'Version and crawlers',
  Health: 'Whether this process runs and can work',
};

const TOKEN = 'A token of a super user, or of some domains with some scopes (docs/access.md)';

/**
 * Serves Swagger UI at /swagger and /swagger/index.html, and the OpenAPI document at
 * /swagger/v1/swagger.json.
 *
 * @param complete adds to the document what no decorator says.
 */
export function serveOpenApi(
  app: NestFastifyApplication,
  version: string,
  complete: (document: OpenAPIObject) => void,
): void {
  serveIndexPage(app.getHttpAdapter().getInstance());
  SwaggerModule.setup(
    'swagger',
    app,
    () => {
      const document = describeApi(app, version);
      complete(document);
      return document;
    },
    {
      jsonDocumentUrl: 'swagger/v1/swagger.json',
      raw: ['json'],
      customSiteTitle: 'push-contact',
      // A super user's token must not outlive the tab.
      swaggerOptions: { persistAuthorization: false },
    },
  );
}

/**
 * Nest's page names its files relative to /swagger, so at /swagger/index.html they would be one folder
 * too deep.
 */
function serveIndexPage(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    // In this order: Fastify makes the options of a route for each request that asks for them.
    const isIndexPage = typeof payload === 'string' && request.routeOptions.url === '/swagger/index.html';
    done(null, isIndexPage ? payload.replaceAll('"./swagger/', '"./') : payload);
  });
}

function describeApi(app: NestFastifyApplication, version: string): OpenAPIObject {
  const description = 'Registers push contacts, sends messages to them and reports the outcomes.';
  const builder = new DocumentBuilder()
    .setTitle('push-contact')
    .setDescription(description)
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: TOKEN });
  for (const [name, meaning] of Object.entries(TAGS)) builder.addTag(name, meaning);
  const document = SwaggerModule.createDocument(app, builder.build(), { operationIdFactory: (_, method) => method });
  nameAliases(document);
  for (const operation of listOperations(document)) describeAccess(operation);
  return document;
}

/**
 * Nest names the operations of a handler with several paths `send[0]`, `send[1]`: identifiers in no language.
 */
function nameAliases(document: OpenAPIObject): void {
  for (const operation of listOperations(document)) {
    if (operation.operationId === undefined) continue;
    operation.operationId = operation.operationId.replace('[0]', '').replace(/\[\d+\]/, 'Alias');
  }
}

function listOperations({ paths }: OpenAPIObject): NonNullable<OpenAPIObject['paths'][string]['get']>[] {
  const operations = Object.values(paths).flatMap(({ get, put, post, delete: remove }) => [get, put, post, remove]);
  return operations.filter((operation) => operation !== undefined);
}
