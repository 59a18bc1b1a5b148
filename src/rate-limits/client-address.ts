import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { isLoopback, isPrivateAddress, parseAddress } from '../core/http/trusted-proxies.js';

/** A customer of a provider has a /64 of IPv6 at least (RFC 6177), and may use any address in it. */
const NETWORK_PARTS = 4;

/** What some proxies add to an address in `X-Forwarded-For`. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+)):\d{1,5}$/;

/**
 * The client that a request is counted for: an IPv4 address, or the /64 network of an IPv6 address. Where the
 * trusted proxies name no address, that of the connection.
 */
export function findClient({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  return toClient(ip) ?? toClient(socket.remoteAddress ?? '') ?? 'unknown';
}

/** Of each connection, which has one peer for all of its requests. */
const peers = new WeakMap<object, 'loopback' | 'private' | 'public'>();

/**
 * Whether a request may have come through a proxy, load balancer or NAT, so that its address is that of all
 * visitors: its connection is from a private network. One from this machine only where it says that it was
 * forwarded.
 */
export function isOfPrivatePeer({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  const peer = peers.get(socket) ?? classifyPeer(socket);
  if (peer !== 'loopback') return peer === 'private';
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
}

function classifyPeer(socket: FastifyRequest['socket']): 'loopback' | 'private' | 'public' {
  const address = socket.remoteAddress ?? '';
  const others = isPrivateAddress(address) ? 'private' : 'public';
  const peer = isLoopback(address) ? 'loopback' : others;
  peers.set(socket, peer);
  return peer;
}

function toClient(text: string): string | undefined {
  const version = isIP(text);
  // Most are such: not worth parsing.
  if (version === 4) return text;
  if (version === 6) return toNetwork(text);
  const [, v6, v4] = WITH_PORT.exec(text) ?? [];
  const address = v6 ?? v4;
  return address === undefined || isIP(address) === 0 ? undefined : toClient(address);
}

function toNetwork(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined || address instanceof ipaddr.IPv4) return address?.toString();
  return `${address.parts
    .slice(0, NETWORK_PARTS)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
