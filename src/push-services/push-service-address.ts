import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** A push service's name resolves to an address that is none on the internet; nothing was connected. */
export class PrivateAddressError extends Error {
  constructor() {
    super('The host resolves to a private address');
    this.name = 'PrivateAddressError';
  }
}

/**
 * A resolver that fails with a PrivateAddressError when any of a name's addresses is not public. The caller connects to the
 * very addresses that were checked, so that a name cannot answer the check and the connection differently (DNS rebinding).
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
