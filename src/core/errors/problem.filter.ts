import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseUnreachable } from '../mongo/database-unreachable.js';
import { logFields } from '../process/log-fields.js';
import { describeWithoutValues } from './describe-error.js';
import { AppError, type ErrorCode, ERRORS } from './errors.js';
import { limitProblem } from './problem-limits.js';
import { readProperty } from './read-property.js';

/** The Retry-After header of a 503 response that names no other. */
const RETRY_AFTER_SECONDS = 5;

const MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** Codes of Fastify (fastify.dev, "Errors") and Node.js for requests that they reject before the handler. */
const FASTIFY_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than this route accepts.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The body is empty; JSON is expected.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The body is not valid JSON.'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The URL and the headers together are larger than 32 kB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_request', 'The body does not have the length that was announced.'],
};

/** Sends every error as application/problem+json (RFC 9457), without internals. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const problem = toAppError(exception);
    if (problem.code === 'internal') {
      const { id: requestId } = http.getRequest<FastifyRequest>();
      this.logger.error(describeWithoutValues(exception), logFields({ requestId }));
    }
    sendProblem(reply, problem);
  }
}

/**
 * Sends `error` as a problem document, unless a response was sent already. Status 503, and an error that
 * names one, gets a Retry-After header; status 401, and an error with a challenge, a WWW-Authenticate header.
 */
export function sendProblem(reply: FastifyReply, error: AppError): void {
  if (reply.sent) return;
  const { status } = ERRORS[error.code];
  const retryAfter = error.context.retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : undefined);
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  const challenge = status === 401 ? 'Bearer' : error.context.challenge;
  if (challenge !== undefined) void reply.header('www-authenticate', challenge);
  void reply
    .status(status)
    .header('content-type', MEDIA_TYPE)
    .header('cache-control', 'no-store')
    .send(toProblemJson(error));
}

/** Answers on a connection whose request Node.js could not parse, by HTTP/1.1, and closes it. */
export function sendProblemAndClose(socket: Duplex, error: AppError): void {
  const { status } = ERRORS[error.code];
  const body = toProblemJson(error);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function toProblemJson(error: AppError): string {
  const { code, context } = error;
  const { status, title } = ERRORS[code];
  const type = `urn:push-contact:error:${code}`;
  return JSON.stringify({ type, title, status, ...limitProblem(error), ...context.extensions });
}

/**
 * Maps any error that can reach the filter to an AppError: of a service, MongoDB, Fastify or Nest. An unknown
 * error becomes `internal`; no message of a driver or library is passed on.
 *
 * @example
 * frameworkErrors: (error, _request, reply) => {
 *   sendProblem(reply, toAppError(error));
 * }
 */
export function toAppError(exception: unknown): AppError {
  if (exception instanceof AppError) return exception;
  if (isDatabaseUnreachable(exception))
    return new AppError('database_unavailable', 'The database does not answer; try again.');
  // Nest's adapter wraps Fastify's errors and keeps the original as the cause.
  const original = exception instanceof HttpException ? exception.cause : exception;
  const [code, detail] = FASTIFY_CODES[readProperty(original, 'code') as string] ?? [];
  if (code !== undefined) return new AppError(code, detail ?? '');
  if (original instanceof SyntaxError) return new AppError('malformed_json', 'The body is not valid JSON.');
  if (exception instanceof HttpException) return fromStatus(exception.getStatus());
  const status = readProperty(exception, 'statusCode');
  return fromStatus(typeof status === 'number' ? status : 500);
}

function fromStatus(status: number): AppError {
  if (status === 404) return new AppError('route_not_found', 'There is no route for this method and path.');
  if (status === 503) return new AppError('shutting_down', 'This process is shutting down; try again.');
  if (status >= 400 && status < 500) return new AppError('malformed_request', 'The request cannot be understood.');
  return new AppError('internal', 'Something went wrong on our side; it has been logged.');
}
