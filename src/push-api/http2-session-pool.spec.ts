import { once } from 'node:events';
import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { CallDeadline } from './call-deadline.js';
import { Http2ConnectionError, type Http2Request, Http2SessionPool, Http2TimeoutError } from './http2-session-pool.js';

type OnStream = (stream: ServerHttp2Stream, path: string, session: ServerHttp2Session) => void;

const deadline = new CallDeadline(60_000);
let server: Http2Server;
let pool: Http2SessionPool;
let sessions: ServerHttp2Session[];
let received: string[];
let onStream: OnStream;
let opened: number;

/** Responds after the request's body has arrived, as push services do. */
function accept(stream: ServerHttp2Stream): void {
  stream.resume();
  stream.on('end', () => {
    stream.respond({ ':status': 201 });
    stream.end();
  });
}

async function start(settings: { maxConcurrentStreams?: number } = {}): Promise<void> {
  server = createServer({ settings });
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    const path = headers[':path'] ?? '';
    received.push(path);
    stream.on('error', () => undefined);
    onStream(stream, path, stream.session as ServerHttp2Session);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  pool = new Http2SessionPool(`http://127.0.0.1:${port}`, async (): Promise<Socket> => {
    opened += 1;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  });
}

const REQUEST = { headers: { ttl: '0' }, body: Buffer.from('body'), maxBodyBytes: 1_024, timeoutMs: 30_000 };

function post(path: string, change: Partial<Http2Request> = {}): ReturnType<Http2SessionPool['post']> {
  return pool.post({ ...REQUEST, path, deadline, ...change });
}

const postMany = (count: number): Promise<unknown[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => post(`/${index}`)));

beforeEach(() => {
  sessions = [];
  received = [];
  opened = 0;
  onStream = accept;
});

afterEach(async () => {
  await pool.close();
  for (const session of sessions) session.destroy();
  await new Promise((resolve) => server.close(resolve));
});

afterAll(() => {
  deadline.clear();
});

it('multiplexes, and opens no more sessions than the streams need', async () => {
  await start();
  expect(await post('/first')).toEqual({ status: 201, retryAfter: undefined, details: '' });
  await postMany(50);
  expect(opened).toBe(1);
  await postMany(1_000);
  expect(opened).toBeGreaterThan(1);
  expect(opened).toBeLessThanOrEqual(10);
  expect(new Set(received).size).toBe(received.length - 50);
});

it('keeps to the streams that the service allows', async () => {
  await start({ maxConcurrentStreams: 3 });
  let most = 0;
  let running = 0;
  onStream = (stream) => {
    running += 1;
    most = Math.max(most, running);
    stream.on('close', () => (running -= 1));
    accept(stream);
  };
  await post('/settings');
  await postMany(100);
  expect(received).toHaveLength(101);
  expect(most).toBeLessThanOrEqual(30);
});

it('returns status, Retry-After and the beginning of the body', async () => {
  await start();
  onStream = (stream) => {
    stream.respond({ ':status': 429, 'retry-after': '7' });
    stream.end('x'.repeat(100_000));
  };
  expect(await post('/a')).toEqual({ status: 429, retryAfter: '7', details: 'x'.repeat(1_024) });
});

it('sends what a GOAWAY leaves out on another session, and nothing twice', async () => {
  await start();
  onStream = (stream, path, session) => {
    // Stream 1 is processed; the service says so, and ignores the others.
    if (session === sessions[0] && path !== '/0') return;
    if (session === sessions[0]) session.goaway(constants.NGHTTP2_NO_ERROR, stream.id);
    accept(stream);
  };
  const responses = await postMany(20);
  expect(responses).toHaveLength(20);
  const processed = received.slice(received.lastIndexOf('/0'));
  expect(processed.filter((path) => path === '/0')).toHaveLength(1);
  expect(sessions.length).toBeGreaterThan(1);
});

it('sends a refused stream again', async () => {
  await start();
  onStream = (stream) => {
    if (received.length === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else accept(stream);
  };
  expect(await post('/a')).toMatchObject({ status: 201 });
  expect(received).toEqual(['/a', '/a']);
});

it('gives up a stream that is refused again and again', async () => {
  await start();
  onStream = (stream) => {
    stream.close(constants.NGHTTP2_REFUSED_STREAM);
  };
  await expect(post('/a')).rejects.toThrow(Http2ConnectionError);
  expect(received).toEqual(['/a', '/a', '/a']);
});

it.each([
  [
    'a reset',
    (stream: ServerHttp2Stream) => {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    },
  ],
  [
    'the end of the connection',
    (stream: ServerHttp2Stream) => {
      stream.session?.destroy();
    },
  ],
])('sends nothing again after %s: whether it was processed is unknown', async (_, end) => {
  await start();
  onStream = end;
  await expect(post('/a')).rejects.toThrow(Http2ConnectionError);
  expect(received).toEqual(['/a']);
  onStream = accept;
  expect(await post('/b')).toMatchObject({ status: 201 });
});

it('leaves a session that has fallen silent', async () => {
  await start();
  onStream = () => undefined;
  await expect(post('/a', { timeoutMs: 50 })).rejects.toThrow(Http2TimeoutError);
  onStream = accept;
  expect(await post('/b')).toMatchObject({ status: 201 });
  expect(opened).toBe(2);
});

it('ends with the time of the call', async () => {
  await start();
  onStream = () => undefined;
  const short = new CallDeadline(50);
  await expect(post('/a', { deadline: short })).rejects.toThrow(Http2TimeoutError);
  short.clear();
});

it('does not send what the call has no time for', async () => {
  await start();
  const over = new CallDeadline(1);
  await once(over, 'abort');
  await expect(post('/a', { deadline: over })).rejects.toThrow(Http2ConnectionError);
  expect(received).toEqual([]);
});

it('fails all that wait when no session can be opened', async () => {
  await start();
  const unreachable = new Http2SessionPool('http://127.0.0.1:9', () => Promise.reject(new Error('refused')));
  const request = { ...REQUEST, path: '/a', deadline };
  const all = await Promise.allSettled([unreachable.post(request), unreachable.post(request)]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
