import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import mongoose from 'mongoose';
import { AppError, type ErrorCode, ERRORS } from './errors.js';

const { mongo } = mongoose;

/** Seconds after which a caller may try again while a dependency is away. */
const RETRY_AFTER_SECONDS = 5;

/** Fastify's own codes (fastify.dev, "Errors") for requests that it refuses before a handler sees them. */
const CODES_OF_FASTIFY: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than this route accepts.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The body is empty; JSON is expected.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_request', 'The body does not have the length that was announced.'],
};

/**
 * MongoDB's codes for a server that is ending, or has no primary. Writes carry a label for it, reads do not
 * (github.com/mongodb/specifications, "Retryable Reads").
 */
const CODES_OF_A_SERVER_AWAY = new Set([6, 7, 89, 91, 134, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** Answers every error as application/problem+json (RFC 9457) and lets nothing internal out. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toAppError(exception);
    if (problem.code === 'internal') this.logger.error(describeWithoutValues(exception));
    sendProblem(reply, problem);
  }
}

/** Writes the answer for an error. */
export function sendProblem(reply: FastifyReply, { code, detail, context }: AppError): void {
  const { status, title } = ERRORS[code];
  if (status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  const type = `urn:push-contact:error:${code}`;
  const problem = { type, title, status, detail, ...(context.errors && { errors: context.errors }) };
  void reply
    .status(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify({ ...problem, ...context.extensions }));
}

/** The AppError that says the same as any error that can reach the filter. */
export function toAppError(exception: unknown): AppError {
  if (exception instanceof AppError) return exception;
  if (isDatabaseAway(exception))
    return new AppError('database_unavailable', 'The database does not answer; try again.');
  // Nest's adapter wraps what Fastify refuses and keeps the original as the cause.
  const original = exception instanceof HttpException ? exception.cause : exception;
  const [code, detail] = CODES_OF_FASTIFY[propertyOf(original, 'code') as string] ?? [];
  if (code !== undefined) return new AppError(code, detail ?? '');
  if (original instanceof SyntaxError) return new AppError('malformed_json', 'The body is not valid JSON.');
  if (exception instanceof HttpException) return fromStatus(exception.getStatus());
  const status = propertyOf(exception, 'statusCode');
  return fromStatus(typeof status === 'number' ? status : 500);
}

function fromStatus(status: number): AppError {
  if (status === 404) return new AppError('route_not_found', 'There is no route for this method and path.');
  if (status === 503) return new AppError('shutting_down', 'This process is shutting down; try again.');
  if (status >= 400 && status < 500) return new AppError('malformed_request', 'The request cannot be understood.');
  return new AppError('internal', 'Something went wrong on our side; it has been logged.');
}

function isDatabaseAway(exception: unknown): boolean {
  return (
    // What the driver lets out, unwrapped, when it writes to a connection that MongoDB has ended this moment.
    (exception instanceof Error && propertyOf(exception, 'code') === 'EPIPE') ||
    exception instanceof mongo.MongoNetworkError ||
    exception instanceof mongo.MongoServerSelectionError ||
    exception instanceof mongo.MongoNotConnectedError ||
    exception instanceof mongo.MongoTopologyClosedError ||
    exception instanceof mongo.MongoOperationTimeoutError ||
    exception instanceof mongoose.Error.MongooseServerSelectionError ||
    (exception instanceof mongo.MongoServerError && CODES_OF_A_SERVER_AWAY.has(Number(exception.code))) ||
    (exception instanceof mongo.MongoError && exception.hasErrorLabel('RetryableWriteError'))
  );
}

/** Name, code and call stack. Not the message: a driver's message quotes the values of documents. */
function describeWithoutValues(exception: unknown): string {
  const name = exception instanceof Error ? exception.name : typeof exception;
  const stack = exception instanceof Error ? (exception.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  const code = propertyOf(exception, 'code');
  const codeText = typeof code === 'string' || typeof code === 'number' ? ` (code ${code})` : '';
  return [`${name}${codeText}`, ...frames].join('\n');
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
