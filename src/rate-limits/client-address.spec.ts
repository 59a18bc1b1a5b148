import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { TrustProxy } from '../core/config/trust-proxy.js';
import { toFastifyTrust } from '../core/http/trusted-proxies.js';
import { findClient, isOfPrivatePeer } from './client-address.js';

/** Every connection of these tests is from 127.0.0.1. */
const PEER = '127.0.0.1';

/** The client that a server with this setting finds for a request with these headers. */
async function find(trustProxy: TrustProxy | undefined, headers: Record<string, string>): Promise<string> {
  const server = Fastify({ trustProxy: toFastifyTrust(trustProxy) });
  server.get('/', (asked) => findClient(asked));
  await server.listen({ port: 0, host: PEER });
  const { port } = server.server.address() as AddressInfo;
  const client = await new Promise<string>((resolve, reject) => {
    request({ host: PEER, port, headers, insecureHTTPParser: true }, (response) => {
      response.setEncoding('latin1').on('data', resolve);
    })
      .on('error', reject)
      .end();
  });
  await server.close();
  return client;
}

describe('findClient', () => {
  it.each<[string, TrustProxy | undefined, string, string]>([
    ['without a trusted proxy', undefined, '198.51.100.7', PEER],
    ['with no proxy at all', false, '198.51.100.7', PEER],
    ['of the first address, when everybody is trusted', true, '198.51.100.7, 203.0.113.9', '198.51.100.7'],
    ['of the last address, behind one proxy', 1, '198.51.100.7, 203.0.113.9', '203.0.113.9'],
    ['of the last but one, behind two proxies', 2, '198.51.100.7, 203.0.113.9', '198.51.100.7'],
    ['whatever the client forges, behind one proxy', 1, '192.0.2.1, 192.0.2.2, 203.0.113.9', '203.0.113.9'],
    ['with fewer addresses than proxies', 3, '203.0.113.9', '203.0.113.9'],
    ['behind a proxy of the list', ['127.0.0.0/8'], '198.51.100.7, 203.0.113.9', '203.0.113.9'],
    ['behind two of the list', ['loopback', '203.0.113.0/24'], '198.51.100.7, 203.0.113.9', '198.51.100.7'],
    ['of a peer that is not in the list', ['10.0.0.0/8'], '198.51.100.7', PEER],
    ['where the proxy says no address', 1, '<script>', PEER],
    ['where it says nothing', 1, ' , ', PEER],
    ['where it says very much', 1, 'a'.repeat(8_000), PEER],
    ['where an address has a part too much', 1, '1.2.3.4.5', PEER],
    ['with a port', 1, '198.51.100.7:51234', '198.51.100.7'],
    ['with a port, IPv6', 1, '[2001:db8:1:2::9]:51234', '2001:db8:1:2::/64'],
    ['by the /64 network of IPv6', 1, '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['without the zone', 1, 'fe80::1%a-b', 'fe80:0:0:0::/64'],
    ['without a zone of capitals', 1, '::1%A:B', '0:0:0:0::/64'],
    ['without the zone of IPv4 in IPv6 form', 1, '::ffff:1.2.3.4%e.1', '1.2.3.4'],
    ['without a zone of digits', 1, 'fe80::1%25a', 'fe80:0:0:0::/64'],
    ['without a zone that has a port', 1, '[fe80::1%a-b]:443', 'fe80:0:0:0::/64'],
    ['with a zone of IPv4, which has none', 1, '1.2.3.4%a', PEER],
    ['of IPv4 in IPv6 form, in hexadecimal', 1, '::ffff:c633:6407', '198.51.100.7'],
    ['of IPv4 in IPv6 form', 1, '::ffff:198.51.100.7', '198.51.100.7'],
  ])('finds the client %s', async (_name, trustProxy, forwardedFor, expected) => {
    const found = await find(trustProxy, { 'x-forwarded-for': forwardedFor });

    expect(found).toBe(expected);
  });
});

describe('isOfPrivatePeer', () => {
  const peer = (remoteAddress: string): Parameters<typeof isOfPrivatePeer>[0]['socket'] =>
    ({ remoteAddress }) as Parameters<typeof isOfPrivatePeer>[0]['socket'];

  it.each([
    ['127.0.0.1', {}, false],
    ['127.0.0.2', {}, false],
    ['::1', {}, false],
    ['::ffff:127.0.0.1', {}, false],
    ['127.0.0.1', { 'x-forwarded-for': '' }, true],
    ['::1', { forwarded: 'for=198.51.100.7' }, true],
    ['::ffff:127.0.0.1', { 'x-forwarded-for': '198.51.100.7' }, true],
    ['10.1.2.3', {}, true],
    ['10.1.2.3', { 'x-forwarded-for': '198.51.100.7' }, true],
    ['::ffff:10.1.2.3', {}, true],
    ['172.17.0.1', {}, true],
    ['172.32.0.1', {}, false],
    ['192.168.65.1', {}, true],
    ['100.64.0.1', {}, true],
    ['100.128.0.1', {}, false],
    ['169.254.1.1', {}, true],
    ['fd00::1', {}, true],
    ['fe80::1%eth0.100', {}, true],
    ['8.8.8.8', { 'x-forwarded-for': '10.0.0.1' }, false],
    ['::ffff:8.8.8.8', { 'x-forwarded-for': '10.0.0.1' }, false],
    ['2a00:1450::1', { forwarded: 'for=10.0.0.1' }, false],
    // 6to4, Teredo: anybody may have such an address.
    ['2002:808:808::1', {}, false],
    ['2001::1', {}, false],
    ['', { 'x-forwarded-for': '10.0.0.1' }, false],
  ])('says of %s with %j: %s', (address, headers, expected) => {
    expect(isOfPrivatePeer({ headers, socket: peer(address) })).toBe(expected);
  });
});
