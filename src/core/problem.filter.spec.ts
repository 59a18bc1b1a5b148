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

function labelled(label: string): Error {
  const error = new mongo.MongoServerError({ message: SECRET });
  error.addErrorLabel(label);
  return error;
}

describe('toAppError', () => {
  it('passes on what a service threw on purpose', () => {
    const error = new AppError('resource_not_found', 'No such domain.', { errors: { name: ['unknown'] } });
    expect(toAppError(error)).toBe(error);
  });

  it.each<[string, unknown, ErrorCode]>([
    ['a lost connection to MongoDB', new mongo.MongoNetworkError(SECRET), 'database_unavailable'],
    ['a slow connection to MongoDB', new mongo.MongoNetworkTimeoutError(SECRET), 'database_unavailable'],
    ['no MongoDB to choose', new mongo.MongoServerSelectionError(SECRET, {} as never), 'database_unavailable'],
    ['no MongoDB for Mongoose', new mongoose.Error.MongooseServerSelectionError(SECRET), 'database_unavailable'],
    ['a client that is not connected', new mongo.MongoNotConnectedError(SECRET), 'database_unavailable'],
    ['a closed topology', new mongo.MongoTopologyClosedError(SECRET), 'database_unavailable'],
    ['an operation out of time', new mongo.MongoOperationTimeoutError(SECRET), 'database_unavailable'],
    ['a write during an election', labelled('RetryableWriteError'), 'database_unavailable'],
    [
      'a write to a connection that was ended',
      Object.assign(new Error(SECRET), { code: 'EPIPE' }),
      'database_unavailable',
    ],
    [
      'a read while the server ends',
      new mongo.MongoServerError({ message: SECRET, code: 11_600 }),
      'database_unavailable',
    ],
    ['a read without a primary', new mongo.MongoServerError({ message: SECRET, code: 10_107 }), 'database_unavailable'],
    ['another label of MongoDB', labelled('TransientTransactionError'), 'internal'],
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
    ['a status that is no number', { statusCode: '404' }, 'internal'],
  ])('says of %s nothing but its code', (_, exception, code) => {
    const problem = toAppError(exception);
    expect(problem.code).toBe(code);
    expect(problem.detail).not.toBe('');
    expect(JSON.stringify([problem.detail, problem.context])).not.toContain(SECRET);
  });
});

/** What reaches the filter: Fastify's error, and the one that Nest's adapter makes of it. */
const ADAPTERS = [
  ['alone', (error: unknown) => error],
  ["wrapped by Nest's adapter", (error: unknown) => new FastifyAdapter().mapException(error)],
] as const;

describe.each(ADAPTERS)('toAppError of what Fastify itself refuses, %s', (_adapter, mapped) => {
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
    ['a body that is no JSON type', 'text/plain', 'x', 'unsupported_media_type', 415],
    ['a body that is no JSON', 'application/json', '{"a":', 'malformed_json', 400],
    ['an empty body', 'application/json', '', 'malformed_json', 400],
    ['a body that would change prototypes', 'application/json', '{"__proto__":{}}', 'malformed_json', 400],
  ])('knows %s', async (_, type, payload, code, status) => {
    const answer = await server.inject({ method: 'POST', url: '/', headers: { 'content-type': type }, payload });
    expect([answer.body, answer.statusCode]).toEqual([code, status]);
  });

  it('knows a body of another length than announced', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '9' };
    const answer = await server.inject({ method: 'POST', url: '/', headers, payload: '1' });
    expect([answer.body, answer.statusCode]).toEqual(['malformed_request', 400]);
  });
});
