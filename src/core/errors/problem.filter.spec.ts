import 'reflect-metadata';
import {
  BadRequestException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import fastify, { type FastifyInstance } from 'fastify';
import mongoose from 'mongoose';
import { AppError, type ErrorCode, ERRORS } from './errors.js';
import { toAppError } from './problem.filter.js';

const { mongo } = mongoose;

const SECRET = 'mongodb://user:password@10.0.0.7';

function withLabel(label: string): Error {
  const error = new mongo.MongoServerError({ message: SECRET });
  error.addErrorLabel(label);
  return error;
}

describe('toAppError', () => {
  it('returns an AppError unchanged', () => {
    const error = new AppError('resource_not_found', 'No such domain.', { errors: { name: ['unknown'] } });
    expect(toAppError(error)).toBe(error);
  });

  it.each<[string, unknown, ErrorCode]>([
    ['a lost connection to MongoDB', new mongo.MongoNetworkError(SECRET), 'database_unavailable'],
    ['a slow connection to MongoDB', new mongo.MongoNetworkTimeoutError(SECRET), 'database_unavailable'],
    ['a failed server selection', new mongo.MongoServerSelectionError(SECRET, {} as never), 'database_unavailable'],
    [
      'a failed server selection of Mongoose',
      new mongoose.Error.MongooseServerSelectionError(SECRET),
      'database_unavailable',
    ],
    ['a client that is not connected', new mongo.MongoNotConnectedError(SECRET), 'database_unavailable'],
    ['a closed topology', new mongo.MongoTopologyClosedError(SECRET), 'database_unavailable'],
    ['an operation that timed out', new mongo.MongoOperationTimeoutError(SECRET), 'database_unavailable'],
    ['a write during an election', withLabel('RetryableWriteError'), 'database_unavailable'],
    ['a write to a closed connection', Object.assign(new Error(SECRET), { code: 'EPIPE' }), 'database_unavailable'],
    [
      'a read while the server shuts down',
      new mongo.MongoServerError({ message: SECRET, code: 11_600 }),
      'database_unavailable',
    ],
    ['a read without a primary', new mongo.MongoServerError({ message: SECRET, code: 10_107 }), 'database_unavailable'],
    ['a transaction during an election', withLabel('TransientTransactionError'), 'database_unavailable'],
    ['a commit whose response was lost', withLabel('UnknownTransactionCommitResult'), 'database_unavailable'],
    ['an overloaded MongoDB', withLabel('SystemOverloadedError'), 'database_unavailable'],
    ['a write conflict', new mongo.MongoServerError({ message: SECRET, code: 112 }), 'database_unavailable'],
    ['a read that took too long', new mongo.MongoServerError({ message: SECRET, code: 50 }), 'database_unavailable'],
    [
      'a transient error that is the cause of another',
      new Error(SECRET, { cause: withLabel('TransientTransactionError') }),
      'database_unavailable',
    ],
    ['another label of MongoDB', withLabel('NonResumableChangeStreamError'), 'internal'],
    ['a duplicate key', new mongo.MongoServerError({ message: SECRET, code: 11_000 }), 'internal'],
    ['a document that does not cast', new mongoose.Error.CastError('String', SECRET, 'domain'), 'internal'],
    ["Nest's 404", new NotFoundException(SECRET), 'route_not_found'],
    ["Nest's 400", new BadRequestException(SECRET), 'malformed_request'],
    ["Nest's 503 while it shuts down", new ServiceUnavailableException(SECRET), 'shutting_down'],
    ["Nest's 500", new InternalServerErrorException(SECRET), 'internal'],
    ['another 4xx', new HttpException(SECRET, 418), 'malformed_request'],
    ['another 5xx', new HttpException(SECRET, 599), 'internal'],
    ['a status below 400', new HttpException(SECRET, 302), 'internal'],
    ['a plain error', new Error(SECRET), 'internal'],
    ['a text', SECRET, 'internal'],
    ['nothing', undefined, 'internal'],
    ['null', null, 'internal'],
    ['a status that is not a number', { statusCode: '404' }, 'internal'],
  ])('maps %s to a code and leaves its message out', (_, exception, code) => {
    const problem = toAppError(exception);
    expect(problem.code).toBe(code);
    expect(problem.detail).not.toBe('');
    expect(JSON.stringify([problem.detail, problem.context])).not.toContain(SECRET);
  });
});

/** The filter sees Fastify's errors as they are, and as Nest's adapter wraps them. */
const ADAPTERS = [
  ['as it is', (error: unknown) => error],
  ["wrapped by Nest's adapter", (error: unknown) => new FastifyAdapter().mapException(error)],
] as const;

describe.each(ADAPTERS)('toAppError with an error of Fastify, %s', (_adapter, mapped) => {
  let server: FastifyInstance;

  beforeAll(() => {
    server = fastify({ bodyLimit: 20 });
    server.removeContentTypeParser('text/plain');
    server.post('/', () => 'unreachable');
    server.setErrorHandler((error, _request, reply) => {
      const { code } = toAppError(mapped(error));
      return reply.status(ERRORS[code].status).send(code);
    });
  });

  afterAll(() => server.close());

  it.each<[string, string, string, ErrorCode, number]>([
    ['a body that is too large', 'application/json', '"123456789 123456789"', 'payload_too_large', 413],
    ['a body of another type than JSON', 'text/plain', 'x', 'unsupported_media_type', 415],
    ['a body that is not valid JSON', 'application/json', '{"a":', 'malformed_json', 400],
    ['an empty body', 'application/json', '', 'malformed_json', 400],
    ['a body that would change prototypes', 'application/json', '{"__proto__":{}}', 'malformed_json', 400],
  ])('maps %s to its code', async (_, type, payload, code, status) => {
    const response = await server.inject({ method: 'POST', url: '/', headers: { 'content-type': type }, payload });
    expect([response.body, response.statusCode]).toEqual([code, status]);
  });

  it('maps a body of another length than announced to malformed_request', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '9' };
    const response = await server.inject({ method: 'POST', url: '/', headers, payload: '1' });
    expect([response.body, response.statusCode]).toEqual(['malformed_request', 400]);
  });
});
