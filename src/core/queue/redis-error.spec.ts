import { explainNetworkCode, explainRedisCode, isOfRedisClient, readRedisCode } from './redis-error.js';

const SECRET = 'secret-of-the-url';

/** As ioredis rejects a command: with its name and arguments. */
function reply(message: string, name = 'evalsha'): Error {
  return Object.assign(new Error(message), { name: 'ReplyError', command: { name, args: [SECRET] } });
}

describe('readRedisCode', () => {
  it.each<[string, unknown, string | undefined]>([
    ['a replica', reply("READONLY You can't write against a read only replica."), 'READONLY'],
    ['a full Redis in a script of Redis 7', reply("OOM command not allowed when used memory > 'maxmemory'."), 'OOM'],
    [
      'a full Redis in a script of Redis 6',
      reply('ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed'),
      'OOM',
    ],
    ['a discarded transaction', reply('EXECABORT Transaction discarded because of previous errors.'), 'EXECABORT'],
    ['a wrong password', reply('WRONGPASS invalid username-password pair', 'auth'), 'WRONGPASS'],
    ['a wrong password before Redis 6', reply('ERR invalid password', 'auth'), 'WRONGPASS'],
    ['a missing password', new Error('Ready check failed: NOAUTH Authentication required.'), 'NOAUTH'],
    ['an unknown command', reply(`ERR unknown command '${SECRET}'`), 'ERR'],
    ['a word that is not known', reply(`TRYAGAIN ${SECRET}`), 'TRYAGAIN'],
    ['a command without a response', new Error('Command timed out'), 'ETIMEDOUT'],
    [
      'a cluster that is down, behind the redirections of ioredis',
      new Error('Too many Cluster redirections. Last error: ReplyError: CLUSTERDOWN The cluster is down'),
      'CLUSTERDOWN',
    ],
    [
      'Sentinels that name no primary, whatever the last one said',
      new Error('All sentinels are unreachable. Retrying from scratch after 100ms. Last error: NOAUTH required'),
      'NOSENTINEL',
    ],
    ['a refused connection', Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a code that is none', Object.assign(new Error(SECRET), { code: SECRET }), undefined],
    ['any other error', new Error(SECRET), undefined],
    ['no error', SECRET, undefined],
  ])('returns the word of %s and no more', (_, error, expected) => {
    expect(readRedisCode(error)).toBe(expected);
  });

  it('explains the words of Redis and no code of the network', () => {
    expect(explainRedisCode('READONLY')).toMatch(/replica/);
    expect(explainRedisCode('ECONNREFUSED')).toBeUndefined();
  });

  it('names the setting of a certificate that is not trusted', () => {
    expect(explainNetworkCode('SELF_SIGNED_CERT_IN_CHAIN')).toMatch(/REDIS_CA_FILE/);
    expect(explainNetworkCode('ECONNREFUSED')).toBeUndefined();
  });
});

describe('isOfRedisClient', () => {
  const withFrames = (...frames: readonly string[]): Error =>
    Object.assign(new Error('x'), { stack: ['Error: x', ...frames.map((frame) => `    at ${frame}`)].join('\n') });

  it.each([
    [withFrames('f (/app/node_modules/ioredis/built/Redis.js:1:1)', 'g (/app/dist/main.js:1:1)'), true],
    [withFrames('parse (/app/node_modules/redis-parser/lib/parser.js:179:12)'), true],
    [withFrames('/app/node_modules/bull/lib/job.js:123:4'), true],
    [
      withFrames('f (/app/dist/deliveries/send/batch.processor.js:1:1)', 'g (/app/node_modules/bull/lib/queue.js:1:1)'),
      false,
    ],
    [withFrames('f (/app/node_modules/mongodb/lib/sessions.js:1:1)'), false],
    [withFrames(), false],
    ['a text', false],
  ])('knows by the first frame who made an error: %#', (error, expected) => {
    expect(isOfRedisClient(error)).toBe(expected);
  });
});
