import { NestFactory } from '@nestjs/core';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import { streamMarkedBodies } from './streamed-body.js';
import { ProblemFilter, sendProblem, toAppError } from './problem.filter.js';

/** 1 MB: what any body may have unless its route says otherwise. */
const BODY_LIMIT_BYTES = 1_048_576;

/** A device token of 4,096 characters, every one of them percent-encoded. */
const MAX_PATH_PARAMETER_LENGTH = 12_288;

/** Headers and URL together; Node's own limit of 16 KiB leaves no room for a long token in the path and a JWT. */
const MAX_HEADER_BYTES = 32_768;

/** JSON under every name that .NET clients use for it. */
const JSON_MEDIA_TYPES = /^(application|text)\/([\w.-]+\+)?json\b/i;

/** Creates a Nest application on Fastify with the rules that all of the product's HTTP servers share; listens nowhere yet. */
export async function createHttpApp(rootModule: DynamicModule): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: MAX_PATH_PARAMETER_LENGTH },
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    // Faults that Fastify finds before it knows the route, such as a bad percent-encoding, never reach Nest's filters.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(reply, toAppError(error));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, adapter, {
    bodyParser: false,
    abortOnError: false,
  });
  acceptJsonOnly(app);
  app.useGlobalFilters(new ProblemFilter());
  return app;
}

function acceptJsonOnly(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  streamMarkedBodies(fastify, JSON_MEDIA_TYPES);
  fastify.addContentTypeParser(JSON_MEDIA_TYPES, { parseAs: 'string' }, fastify.getDefaultJsonParser('error', 'error'));
}
