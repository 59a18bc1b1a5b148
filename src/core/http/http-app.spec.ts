import 'reflect-metadata';
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Body, Controller, Delete, Get, Logger, Module, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { type NestFastifyApplication, RouteConfig } from '@nestjs/platform-fastify';
import { AppError } from '../errors/errors.js';
import { type FreeMap, OptionalMap } from '../validation/request-map.js';
import { createHttpApp } from './http-app.js';
import { HTTP_LIMITS } from './http-limits.js';
import { LimitedStreams } from './limited-streams.js';
import { RequestPipe } from './request.pipe.js';
import { IGNORES_BODY, StreamedBody, STREAMS_BODY } from './streamed-body.js';

const streams = new LimitedStreams({ max: 3, maxMs: 60_000 });

class FieldsRequest {
  @OptionalMap({ additionalProperties: { type: 'string' } })
  fields?: FreeMap | null;
}

async function* endless(): AsyncGenerator<string> {
  for (;;) yield await Promise.resolve('x'.repeat(65_536));
}

@Controller()
class TestController {
  @Post('parsed')
  parsed(@Body() body: unknown): object {
    return { body: body ?? null };
  }

  @Post('fields')
  fields(@Body() { fields }: FieldsRequest): unknown[] {
    return [...(fields ?? [])];
  }

  @Post('ignored')
  @RouteConfig(IGNORES_BODY)
  ignored(@Body() body: unknown): object {
    return { body: body ?? null };
  }

  @Post('refused-list')
  @RouteConfig(STREAMS_BODY)
  async refusedList(@StreamedBody() body: AsyncIterable<Buffer>): Promise<void> {
    for await (const piece of body) throw new AppError('validation_failed', `Refused after ${piece.length} bytes.`);
  }

  @Post('list')
  @RouteConfig(STREAMS_BODY)
  async list(@StreamedBody() body: AsyncIterable<Buffer>): Promise<number> {
    let bytes = 0;
    for await (const piece of body) bytes += piece.length;
    return bytes;
  }

  @Delete('thing')
  remove(): object {
    return { removed: true };
  }

  @Get('things/:name/parts/:part')
  getPart(@Param() params: object, @Query() query: object): object {
    return { ...params, ...query };
  }

  @Get('endless')
  endless(): Promise<StreamableFile> {
    return streams.respond('text/plain', () => Promise.resolve(endless()));
  }
}

@Module({ controllers: [TestController] })
class TestModule {}

let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  Logger.overrideLogger(false);
  app = await createHttpApp(TestModule, {
    ...HTTP_LIMITS,
    maxConnections: 20,
    bodyMs: 300,
    streamedBodyMs: 600,
    stalledMs: 1_000,
    // A busy machine needs more than a moment for the rest of 3 MB.
    drainMs: 3_000,
  });
  app.useGlobalPipes(new RequestPipe());
  await app.listen(0, '127.0.0.1');
  ({ port } = app.getHttpServer().address() as { port: number });
});

afterAll(() => app.close());

const JSON_TYPE = { 'content-type': 'application/json' };

function start(
  method: string,
  path: string,
  headers: Record<string, string | number> = {},
  agent?: Agent,
): ClientRequest {
  return httpRequest({ host: '127.0.0.1', port, method, path, headers, agent });
}

async function answer(request: ClientRequest): Promise<{ status: number; text: string }> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode ?? 0, text };
}

function send(method: string, path: string, headers = {}, body?: string): Promise<{ status: number; text: string }> {
  const request = start(method, path, { ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) });
  request.end(body);
  return answer(request);
}

/** A request by hand; resolves with all that came until the server has closed the connection. */
async function untilClosed(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (piece) => (received += String(piece)));
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return received;
}

describe('a body', () => {
  it.each(['application/x-streamed-json', 'application/x-ignored', '*', 'text/plain', 'application/jsonx'])(
    'of type %s is 415 on every route that reads one',
    async (type) => {
      for (const path of ['/parsed', '/list', '/fields']) {
        const { status } = await send('POST', path, { 'content-type': type }, '{"fields":{}}');
        expect([path, status]).toEqual([path, 415]);
      }
    },
  );

  it('without a type is 415 on every route that reads one', async () => {
    for (const path of ['/parsed', '/list']) expect((await send('POST', path, {}, '{}')).status).toBe(415);
  });

  it.each([['application/json'], ['text/plain'], ['application/x-streamed-json'], ['no type at all']])(
    'of a route that needs none is not looked at: %s',
    async (type) => {
      for (const body of [undefined, '{malformed', '{}']) {
        expect(await send('POST', '/ignored', { 'content-type': type }, body)).toEqual({
          status: 201,
          text: '{"body":null}',
        });
        expect(await send('DELETE', '/thing', { 'content-type': type }, body)).toEqual({
          status: 200,
          text: '{"removed":true}',
        });
      }
    },
  );

  it('that is empty is 400 where one is needed', async () => {
    expect((await send('POST', '/parsed', JSON_TYPE)).status).toBe(400);
  });

  it('of an unknown route is not looked at', async () => {
    expect((await send('POST', '/nowhere', { 'content-type': 'text/plain' }, 'text')).status).toBe(404);
    expect((await send('POST', '/nowhere', JSON_TYPE, '{malformed')).status).toBe(404);
  });

  it('of more than 16 kB is 413, and of 16 kB is read', async () => {
    const text = (length: number): string => `"${'x'.repeat(length - 2)}"`;
    expect((await send('POST', '/parsed', JSON_TYPE, text(16_384))).status).toBe(201);
    expect((await send('POST', '/parsed', JSON_TYPE, text(16_385))).status).toBe(413);
  });

  it.each(['a\xff', '\xed\xa0\x80', 'Pe\xf1a'])('whose bytes are not UTF-8 is 400: %j', async (text) => {
    const bytes = Buffer.from(`{"a":"${text}"}`, 'latin1');
    const request = start('POST', '/parsed', { ...JSON_TYPE, 'content-length': bytes.length });
    request.end(bytes);
    const { status, text: problem } = await answer(request);
    expect(status).toBe(400);
    expect(problem).toContain('not valid UTF-8');
  });

  it('that is nested deeply is 400', async () => {
    expect((await send('POST', '/parsed', JSON_TYPE, '['.repeat(8_000) + ']'.repeat(8_000))).status).toBe(400);
  });
});

describe('a body that is refused while it is being sent', () => {
  it.each([
    ['a wrong type', '/parsed', 'application/x-ignored', 415],
    ['more than 16 kB', '/parsed', 'application/json', 413],
    ['an unknown route', '/nowhere', 'application/json', 404],
  ])('leaves its caller the response, and the connection: %s', async (_, path, type, status) => {
    const half = 'x'.repeat(1_000_000);
    const request = start('POST', path, { 'content-type': type, 'content-length': 2 * half.length });
    request.write(half);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    request.end(half);
    await once(response.resume(), 'end');
    expect(response.statusCode).toBe(status);
    expect(response.headers.connection).not.toBe('close');
  });
});

describe('what is no HTTP request', () => {
  it.each([
    ['a byte that no URL has', 'GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['two lengths', 'POST /parsed HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['headers of more than 32 kB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(33_000)}\r\n\r\n`, 431],
  ])('is answered as a problem: %s', async (_, text, status) => {
    const received = await untilClosed(text);
    const [head = '', body = ''] = received.split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({
      status,
      type: expect.stringMatching(/^urn:push-contact:error:/) as unknown,
    });
  });
});

describe('requests that are sent before the responses to others', () => {
  const request = (end: string): string => `DELETE /thing HTTP/1.1\r\nhost: a\r\n${end}\r\n`;

  it('are refused when more than eight wait on a connection', async () => {
    const responses = await untilClosed(request('').repeat(300) + request('connection: close\r\n'));
    expect(responses.match(/HTTP\/1\.1 200 /g)).toHaveLength(8);
    expect(responses.match(/HTTP\/1\.1 429 /g)).toHaveLength(293);
  });

  it('are all served when the responses come in between', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 30; count += 1) {
      const sent = start('DELETE', '/thing', {}, agent);
      sent.end();
      expect((await answer(sent)).status).toBe(200);
    }
    agent.destroy();
  });
});

describe('a query', () => {
  it.each(['%FF', '%C3%28', 'a%ED%A0%80', '%f0%9f%98'])('that is no UTF-8 is 400: %s', async (value) => {
    const { status, text } = await send('DELETE', `/thing?name=${value}`);
    expect([status, JSON.parse(text)]).toEqual([400, expect.objectContaining({ title: 'The request is malformed' })]);
  });

  it.each(['', '50%', '%zz', 'a%20b', '%C3%B1', '%F0%9F%98%80', '+'])('is read otherwise: %s', async (value) => {
    expect((await send('DELETE', `/thing?name=${value}`)).status).toBe(200);
  });
});

describe('the names of Object.prototype', () => {
  const prototype = Object.getOwnPropertyNames(Object.prototype);

  it.each([...prototype, 'prototype', ...prototype.map((name) => name.toUpperCase())])(
    'are names like any other: %s',
    async (name) => {
      const body = `{"fields":{${JSON.stringify(name)}:"x"},${JSON.stringify(name)}:{"prototype":{"prototype":{}}}}`;
      expect(await send('POST', '/fields', JSON_TYPE, body)).toEqual({
        status: 201,
        text: JSON.stringify([[name.toLowerCase(), 'x']]),
      });
      const nested = `{"fields":{"name":{${JSON.stringify(name)}:{"PROTOTYPE":{}}}}}`;
      expect((await send('POST', '/fields', JSON_TYPE, nested)).status).toBe(201);
      const wrong = `{"fields":[{${JSON.stringify(name)}:"x"}]}`;
      expect((await send('POST', '/fields', JSON_TYPE, wrong)).status).toBe(400);
    },
  );
});

describe('a list that is refused before its end', () => {
  it.each([200_000, 3_000_000])('leaves its connection usable: %i bytes', async (bytes) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const request = start('POST', '/refused-list', { ...JSON_TYPE, 'content-length': bytes }, agent);
    request.end('x'.repeat(bytes));
    expect((await answer(request)).status).toBe(400);
    const next = start('POST', '/parsed', JSON_TYPE, agent);
    next.end('{"next":1}');
    expect(await answer(next)).toEqual({ status: 201, text: '{"body":{"next":1}}' });
    agent.destroy();
  });

  it('and never ends loses its connection', async () => {
    const head =
      'POST /refused-list HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9999999\r\n\r\n';
    expect(await untilClosed(`${head}[1,`)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('time', () => {
  it.each([['/parsed'], ['/list'], ['/fields']])('for a body ends with 408 and the connection: %s', async (path) => {
    const head = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n`;
    const received = await untilClosed(`${head}{"fields":`);
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(received).toContain('urn:push-contact:error:request_timeout');
  });

  it('for a body in chunks ends too, and for one that nobody reads', async () => {
    for (const path of ['/parsed', '/ignored']) {
      const head = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
      expect(await untilClosed(`${head}1\r\n{\r\n`)).toMatch(
        path === '/parsed' ? /^HTTP\/1\.1 408 / : /^HTTP\/1\.1 201 /,
      );
    }
  });

  it('for a response that nobody reads ends with the connection and makes room for another', async () => {
    const open = (): Socket => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET /endless HTTP/1.1\r\nhost: a\r\n\r\n');
      return socket.pause();
    };
    const sockets = [open(), open(), open()];
    await Promise.all(sockets.map((socket) => once(socket, 'readable')));
    const { status, text } = await send('GET', '/endless');
    expect([status, text]).toEqual([503, expect.stringContaining('too_many_streams')]);
    const stalled = performance.now();
    while ((await countConnections()) > 0 && performance.now() - stalled < 10_000) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await countConnections()).toBe(0);
    for (const socket of sockets) socket.destroy();
    const request = start('GET', '/endless');
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.destroy();
  });
});

describe('a parameter of a path', () => {
  it.each(['İ', 'İstanbul', 'a İİ b', 'ŞİŞLİ', 'ẞ', 'K', 'Σς', '\uD83D\uDE00İ'])(
    'is %s as it was sent',
    async (name) => {
      const encoded = encodeURIComponent(name);
      for (const path of [encoded, encoded.replaceAll(/%\w\w/g, (octet) => octet.toLowerCase())]) {
        const { status, text } = await send('GET', `/THINGS/${path}/parts/${path}?text=${encoded}`);
        expect([status, JSON.parse(text)]).toEqual([
          200,
          { name: decodeURIComponent(path), part: decodeURIComponent(path), text: name },
        ]);
      }
    },
  );
});

it('keeps no more connections than its limit', async () => {
  const sockets = Array.from({ length: 30 }, () => connect(port, '127.0.0.1'));
  const closed: Socket[] = [];
  for (const socket of sockets) socket.on('error', () => undefined).on('close', () => closed.push(socket));
  while (closed.length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await countConnections()).toBeLessThanOrEqual(20);
  for (const socket of sockets) socket.destroy();
});

function countConnections(): Promise<number> {
  return new Promise((resolve, reject) => {
    app.getHttpServer().getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}
