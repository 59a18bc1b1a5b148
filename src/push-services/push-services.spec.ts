import 'reflect-metadata';
import type { lookup } from 'node:dns';
import type { Config } from '../core/config/config.js';
import { AppError } from '../core/errors/errors.js';
import { TestSubscription } from '../../test/support/subscriptions.js';
import { PrivateAddressError, publicAddressesOnly } from './push-service-address.js';
import { type EndpointOwner, PushServices } from './push-services.js';
import { VapidPublicKeys } from './vapid-public-keys.js';

function services(hosts: readonly string[] = [], production = true): PushServices {
  const config = { pushServiceHosts: hosts, production } as Config;
  return new PushServices(config, new VapidPublicKeys(config));
}

describe('PushServices.findOwner', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc:APA91b',
    'https://fcm.googleapis.com:443/wp/abc',
    'https://FCM.GoogleAPIs.com/fcm/send/abc',
    'https://jmt17.google.com/fcm/send/abc:APA91b',
    'HTTPS://updates.push.services.mozilla.com/wpush/v2/gAAAA',
    'https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2bx',
    'https://web.push.apple.com/QGuQyavXutnMH',
  ])('returns vendor for %s', (endpoint) => {
    expect(services().findOwner(endpoint)).toBe('vendor');
  });

  it.each([
    // Other schemes and ports
    'http://fcm.googleapis.com/x',
    'http://fcm.googleapis.com:443/x',
    'https://fcm.googleapis.com:8443/x',
    'https://fcm.googleapis.com:80/x',
    'ftp://fcm.googleapis.com/x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//fcm.googleapis.com/x',
    'fcm.googleapis.com/x',
    '',
    // Credentials, and hosts that only look as if they were before them
    'https://user@fcm.googleapis.com/x',
    'https://user:password@fcm.googleapis.com/x',
    'https://fcm.googleapis.com@evil.test/x',
    'https://fcm.googleapis.com:443@evil.test/x',
    'https://fcm.googleapis.com%40evil.test/x',
    'https://evil.test\\@fcm.googleapis.com/x',
    'https://fcm.googleapis.com\\@127.0.0.1:4780/',
    'https:\\\\fcm.googleapis.com/x',
    'https:/fcm.googleapis.com/x',
    'https://fcm.googleapis.com/a/../x',
    'https://fcm.googleapis.com/a/%2e%2e/x',
    'https://fcm.googleapis.com\t/x',
    'https://evil.test/https://fcm.googleapis.com/x',
    'https://evil.test?https://fcm.googleapis.com/x',
    'https://evil.test#fcm.googleapis.com/x',
    // Names that begin or end like an allowed one
    'https://fcm.googleapis.com.evil.test/x',
    'https://evilfcm.googleapis.com/x',
    'https://evil.fcm.googleapis.com/x',
    'https://google.com/x',
    'https://jmt18.google.com/x',
    'https://a.jmt17.google.com/x',
    'https://jmt17.google.com.evil.test/x',
    'http://jmt17.google.com/x',
    'https://evilnotify.windows.com/x',
    'https://notify.windows.com.evil.test/x',
    'https://notify.windows.com/x',
    'https://push.apple.com/x',
    'https://.push.apple.com/x',
    'https://fcm.googleapis.com./x',
    'https://fcm..googleapis.com/x',
    // Look-alikes, by name and in punycode
    'https://fсm.googleapis.com/x',
    'https://xn--fm-pmc.googleapis.com/x',
    'https://fcm。googleapis。com/x',
    'https://ｆcm.googleapis.com/x',
    // Addresses in every notation that a URL has for them
    'https://127.0.0.1/x',
    'https://127.1/x',
    'https://2130706433/x',
    'https://0x7f000001/x',
    'https://0177.0.0.1/x',
    'https://0/x',
    'https://[::1]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[::ffff:7f00:1]/x',
    'https://[fd00::1]/x',
    'https://169.254.169.254/latest/meta-data',
    'https://142.250.0.1/x',
    'https://localhost/x',
    'https://metadata.google.internal/x',
    // Characters that parsers disagree on
    'https://fcm.googleapis.com /x',
    ' https://fcm.googleapis.com/x',
    'https://fcm.goo\tgleapis.com/x',
    'https://fcm.googleapis.com/x\r\nHost: evil.test',
    'https://fcm.googleapis.com/ü',
    'https:fcm.googleapis.com/x',
    'https:\\\\fcm.googleapis.com\\x',
    'https://push-service.invalid/x',
  ])('returns undefined for %j', (endpoint) => {
    expect(services().findOwner(endpoint)).toBeUndefined();
  });

  it.each<[string, string, EndpointOwner | undefined]>([
    ['push.example.com', 'https://push.example.com/x', 'named'],
    ['push.example.com', 'http://push.example.com/x', 'named'],
    ['push.example.com', 'https://push.example.com:8443/x', undefined],
    ['push.example.com', 'https://a.push.example.com/x', undefined],
    ['push.example.com', 'https://user@push.example.com/x', undefined],
    ['push.example.com:8443', 'https://push.example.com:8443/x', 'named'],
    ['push.example.com:8443', 'http://push.example.com:8443/x', 'named'],
    ['push.example.com:8443', 'https://push.example.com/x', undefined],
    ['push.example.com:443', 'https://push.example.com/x', 'named'],
    ['push.example.com:443', 'http://push.example.com/x', undefined],
    ['*.example.com', 'https://a.b.example.com/x', 'named'],
    ['*.example.com', 'https://example.com/x', undefined],
    ['*.example.com', 'https://evilexample.com/x', undefined],
    ['127.0.0.1:4000', 'http://127.0.0.1:4000/x', 'named'],
    ['127.0.0.1:4000', 'http://127.1:4000/x', undefined],
    ['127.0.0.1:4000', 'http://127.0.0.1:4001/x', undefined],
    ['[::1]:4000', 'http://[::1]:4000/x', 'named'],
    ['push.example.com', 'https://fcm.googleapis.com/x', 'vendor'],
  ])('with %s in PUSH_SERVICE_HOSTS, returns for %s the owner %s', (host, endpoint, owner) => {
    expect(services([host]).findOwner(endpoint)).toBe(owner);
  });

  it('returns sandbox for its host outside production', () => {
    expect(services([], false).findOwner('https://push-service.invalid/gone-1')).toBe('sandbox');
    expect(services([], false).findOwner('http://push-service.invalid/gone-1')).toBeUndefined();
  });
});

describe('PushServices.toUsable', () => {
  const good = new TestSubscription('https://fcm.googleapis.com/fcm/send/abc');
  const { endpoint, p256dh, auth } = good;
  const bytes = Buffer.from(p256dh, 'base64url');
  const altered = (index: number): string => {
    const copy = Buffer.from(bytes);
    copy[index] = (copy[index] ?? 0) ^ 1;
    return copy.toString('base64url');
  };

  /** The names of the invalid properties of a subscription. */
  function refusedNames(change: Partial<typeof good>): string[] {
    try {
      services().toUsable({ endpoint, p256dh, auth, ...change }, 'subscription.');
      return [];
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'validation_failed') throw error;
      return Object.keys(error.context.errors ?? {});
    }
  }

  it.each([
    ['base64url', {}],
    ['base64', { p256dh: bytes.toString('base64'), auth: Buffer.from(auth, 'base64url').toString('base64') }],
  ])('accepts keys in %s', (_, change) => {
    expect(refusedNames(change)).toEqual([]);
  });

  it.each([
    ['a point that is not on the curve', altered(40)],
    ['a compressed point', Buffer.concat([Buffer.from([2]), bytes.subarray(1, 33)]).toString('base64url')],
    [
      'a hybrid point',
      Buffer.concat([Buffer.from([6 + ((bytes[64] ?? 0) % 2)]), bytes.subarray(1)]).toString('base64url'),
    ],
    ['the point at infinity', Buffer.alloc(65).toString('base64url')],
    ['64 bytes', bytes.subarray(1).toString('base64url')],
    ['66 bytes', Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url')],
    ['a text that is not base64', `${p256dh.slice(0, -1)}!`],
    ['a text', 'key'],
  ])('rejects %s as p256DH', (_, key) => {
    expect(refusedNames({ p256dh: key })).toEqual(['subscription.keys.p256DH']);
  });

  it.each([15, 17, 32])('rejects an auth of %i bytes', (length) => {
    expect(refusedNames({ auth: Buffer.alloc(length, 1).toString('base64url') })).toEqual(['subscription.keys.auth']);
  });

  it('reports all invalid properties', () => {
    expect(refusedNames({ endpoint: 'https://evil.test/', p256dh: 'a', auth: 'b' })).toEqual([
      'subscription.endPoint',
      'subscription.keys.p256DH',
      'subscription.keys.auth',
    ]);
  });
});

describe('publicAddressesOnly', () => {
  /** A resolver that returns each list of addresses once. */
  function resolver(...responses: string[][]): typeof lookup {
    const resolve = (_: string, __: object, callback: (error: null, addresses: object[]) => void): void => {
      const addresses = responses.shift() ?? [];
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
    return resolve as never;
  }

  function resolved(resolve: typeof lookup, all = true): Promise<unknown> {
    return new Promise((done, fail) => {
      publicAddressesOnly(resolve)('fcm.googleapis.com', { all }, (error, addresses) => {
        if (error === null) done(addresses);
        else fail(error);
      });
    });
  }

  it.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['172.16.0.1'],
    ['192.168.1.1'],
    ['100.64.0.1'],
    ['169.254.169.254'],
    ['0.0.0.0'],
    ['192.0.0.8'],
    ['198.18.0.1'],
    ['224.0.0.1'],
    ['255.255.255.255'],
    ['::'],
    ['::1'],
    ['fe80::1'],
    ['fc00::1'],
    ['fd12:3456::1'],
    ['fec0::1'],
    ['ff02::1'],
    ['2001:db8::1'],
    ['::ffff:127.0.0.1'],
    ['::ffff:10.0.0.1'],
    ['::ffff:8.8.8.8'],
    ['::127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['64:ff9b:1::7f00:1'],
    ['2002:7f00:1::'],
    ['2001:0:7f00:1::'],
    ['142.250.1.1', '10.0.0.1'],
    ['2a00:1450::1', '::1'],
    [],
  ])('rejects a name that resolves to %s %s', async (...addresses) => {
    await expect(resolved(resolver(addresses.filter((address) => typeof address === 'string')))).rejects.toThrow(
      PrivateAddressError,
    );
  });

  it('returns the addresses that were checked and does not resolve again', async () => {
    const resolve = resolver(['142.250.1.1', '2a00:1450::1'], ['127.0.0.1']);
    expect(await resolved(resolve)).toEqual([
      { address: '142.250.1.1', family: 4 },
      { address: '2a00:1450::1', family: 6 },
    ]);
    await expect(resolved(resolve)).rejects.toThrow(PrivateAddressError);
  });

  it('returns one address when one is requested', async () => {
    expect(await resolved(resolver(['142.250.1.1']), false)).toBe('142.250.1.1');
  });

  it('passes on the error of a name that does not resolve', async () => {
    const failing = ((_: string, __: object, callback: (error: Error) => void) => {
      callback(new Error('ENOTFOUND'));
    }) as never;
    await expect(resolved(failing)).rejects.toThrow('ENOTFOUND');
  });
});
