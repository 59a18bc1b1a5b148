import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { lookup } from 'node:dns';
import { toSendOutcome } from './push-service-response.js';
import { CallDeadline } from './call-deadline.js';
import { PushServiceConnections } from './push-service-connections.js';

describe('toSendOutcome', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const chrome = new URL('https://fcm.googleapis.com/fcm/send/1');
  const edge = new URL('https://wns2-par02p.notify.windows.com/w/?token=1');

  it.each([200, 201, 202, 204])('returns accepted for status %i', (status) => {
    expect(toSendOutcome(chrome, { status, retryAfter: undefined, details: '' }, now)).toEqual({ kind: 'accepted' });
  });

  it.each([301, 307, 400, 401, 403, 404, 406, 410, 413, 429, 500, 503])(
    'returns refused with status %i as its code',
    (status) => {
      const outcome = toSendOutcome(chrome, { status, retryAfter: undefined, details: '' }, now);
      const message = `The push service answered ${status}`;
      expect(outcome).toEqual({ kind: 'refused', code: status, message, retryAfterSeconds: undefined });
    },
  );

  it('returns 429 for 406 of the push service of Edge', () => {
    expect(toSendOutcome(edge, { status: 406, retryAfter: '60', details: '' }, now)).toMatchObject({
      code: 429,
      retryAfterSeconds: 60,
    });
  });

  it.each([
    ['120', 120],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads the pause from Retry-After: %s', (retryAfter, retryAfterSeconds) => {
    expect(toSendOutcome(chrome, { status: 429, retryAfter, details: '' }, now)).toMatchObject({ retryAfterSeconds });
  });

  it('quotes the beginning of the body on one line', () => {
    const details = `{"errno": 104,\r\n\u0000"message": "${'x'.repeat(1_000)}"}`;
    const { message } = toSendOutcome(chrome, { status: 413, retryAfter: undefined, details }, now) as {
      message: string;
    };
    expect(message).toMatch(/^The push service answered 413: \{"errno": 104, "message": "x+$/);
    expect(message.length).toBeLessThan(350);
  });
});

describe('PushServiceConnections', () => {
  let server: Server;
  let port: number;
  let connections: PushServiceConnections;
  let connected = 0;

  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(201).end());
    server.on('connection', () => (connected += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    const toThisMachine = (_: string, __: object, callback: (error: null, found: object[]) => void): void => {
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    connections = new PushServiceConnections(toThisMachine as unknown as typeof lookup);
  });

  afterAll(async () => {
    await connections.close();
    await new Promise((resolve) => server.close(resolve));
  });

  function post(url: string, owner: 'vendor' | 'named'): Promise<unknown> {
    const deadline = new CallDeadline(5_000);
    return connections.post(new URL(url), owner, { headers: { ttl: '0' }, body: Buffer.from('x'), deadline });
  }

  it("never connects to a private address for a vendor's name", async () => {
    expect(await post(`http://fcm.googleapis.com:${port}/x`, 'vendor')).toEqual({
      kind: 'refused',
      code: 400,
      message: 'The endpoint leads to a private address',
      retryAfterSeconds: undefined,
    });
    expect(connected).toBe(0);
  });

  it('connects to a private address for a host that the settings name', async () => {
    expect(await post(`http://127.0.0.1:${port}/x`, 'named')).toMatchObject({ status: 201 });
    expect(connected).toBe(1);
  });

  it('returns refused with 503 when nothing listens on the port', async () => {
    expect(await post('http://127.0.0.1:9/x', 'named')).toMatchObject({ kind: 'refused', code: 503 });
  });
});
