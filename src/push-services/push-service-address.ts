import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** A push service's name resolves to a private address; no connection was made. */
export class PrivateAddressError extends Error {
  constructor() {
    super('The host resolves to a private address');
    this.name = 'PrivateAddressError';
  }
}

/**
 * Returns a lookup function for a socket that fails with a PrivateAddressError when any address of a name is
 * not public, or when the name has none. The socket connects to the addresses that were checked, so the name
 * cannot resolve differently for the check and for the connection (DNS rebinding).
 */
export function publicAddressesOnly(resolve: typeof lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address))) {
        callback(new PrivateAddressError(), []);
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}
