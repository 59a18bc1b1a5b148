import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule, Type } from '@nestjs/common';
import { AppError } from '../errors/errors.js';
import type { TrustProxy } from '../config/trust-proxy.js';
import { markDottedCapitalI, restoreDottedCapitalI } from './dotted-capital-i.js';
import { HTTP_LIMITS, type HttpLimits, keepLimits, toServerOptions } from './http-limits.js';
import { findStructureError } from './json-structure.js';
import { rejectMalformedQueries } from './malformed-query.js';
import { rejectUnknownRoutes } from './unknown-route.js';
import { answerRequestIds, readRequestId, REQUEST_ID_HEADER } from './request-id.js';
import { streamMarkedBodies } from './streamed-body.js';
import { toFastifyTrust } from './trusted-proxies.js';
import { ProblemFilter, sendProblem, sendProblemAndClose, toAppError } from '../errors/problem.filter.js';

/** 16 kB, for anybody: twice what a contact with a long token and a subscription takes. */
const BODY_LIMIT_BYTES = 16_384;

/** A device token of 4,096 characters, every one of them percent-encoded. */
const MAX_PATH_PARAMETER_LENGTH = 12_288;

/** Headers and URL together. Node's default of 16 KiB is too small for a long token in the path and a JWT. */
const MAX_HEADER_BYTES = 32_768;

const UNREADABLE = new AppError('malformed_request', 'The request is not valid HTTP.');

/** The media types that .NET clients use for JSON. */
const JSON_MEDIA_TYPES = /^(application|text)\/([\w.-]+\+)?json\b/i;

/**
 * Creates a Nest application on Fastify with the rules that all HTTP servers of the product share: JSON
 * bodies of at most 16 kB unless a route has another limit, limits of time and number, paths in any case,
 * problem documents. It does not listen yet.
 *
 * @param trustProxy whose `X-Forwarded-For` names the client's address, `request.ip`.
 */
export async function createHttpApp(
  rootModule: DynamicModule | Type,
  limits: HttpLimits = HTTP_LIMITS,
  trustProxy?: TrustProxy,
): Promise<NestFastifyApplication> {
  const { http, ...serverOptions } = toServerOptions(limits);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: readRequestId,
    trustProxy: toFastifyTrust(trustProxy),
    ...serverOptions,
    forceCloseConnections: 'idle',
    // There is no Express middleware, and its engine costs each request.
    skipMiddie: true,
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: MAX_PATH_PARAMETER_LENGTH },
    rewriteUrl: ({ url = '' }) => markDottedCapitalI(url),
    http: { maxHeaderSize: MAX_HEADER_BYTES, ...http },
    // Errors before routing, such as a bad percent-encoding, never reach Nest's filters.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header(REQUEST_ID_HEADER, request.id);
      sendProblem(reply, toAppError(error));
    },
    clientErrorHandler: rejectUnreadable,
  });
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, adapter, {
    bodyParser: false,
    abortOnError: false,
  });
  restoreDottedCapitalI(app.getHttpAdapter().getInstance());
  answerRequestIds(app.getHttpAdapter().getInstance());
  rejectUnknownRoutes(app.getHttpAdapter().getInstance());
  rejectMalformedQueries(app.getHttpAdapter().getInstance());
  acceptJsonOnly(app);
  keepLimits(app.getHttpAdapter().getInstance(), limits);
  app.useGlobalFilters(new ProblemFilter());
  return app;
}

/** Answers what Node.js could not parse as a request, such as a byte that no URL has or two lengths. */
function rejectUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const known = toAppError(error);
  sendProblemAndClose(socket, known.code === 'internal' ? UNREADABLE : known);
}

function acceptJsonOnly(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  streamMarkedBodies(fastify, JSON_MEDIA_TYPES);
  // Names such as `__proto__` are kept: what reads a body takes its own properties alone, into Maps and
  // null-prototype
  // records.
  const parseJson = fastify.getDefaultJsonParser('ignore', 'ignore');
  fastify.addContentTypeParser<Buffer>(JSON_MEDIA_TYPES, { parseAs: 'buffer' }, (request, bytes, done) => {
    // It would be read with U+FFFD for what it is not: two tokens might become one.
    if (!isUtf8(bytes)) {
      done(new AppError('malformed_json', 'The body is not valid UTF-8.'));
      return;
    }
    const text = bytes.toString();
    const error = findStructureError(text);
    if (error === null) void parseJson(request, text, done);
    else done(error);
  });
}
