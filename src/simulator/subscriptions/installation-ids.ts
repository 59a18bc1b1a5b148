import { ANY_KEY, type EndpointToken, type EndpointTokens } from './endpoint-tokens.js';

/** The first four bits of every Firebase installation id (firebase-js-sdk, `generateFid`). */
const HEADER = '7';

/** 22 characters of base64url have 132 bits; three bytes more than 128 make the 33rd digit's byte whole. */
const LENGTH = 22;
const PADDING = '0';

/**
 * Makes and reads Firebase installation ids. As an endpoint's token, an id holds all that is known of its
 * device, but the sender's key, for which 128 bits have no room.
 */
export class InstallationIds {
  constructor(private readonly tokens: EndpointTokens) {}

  create({ index, behaviour, site }: Omit<EndpointToken, 'keyHash'>): string {
    const content = this.tokens.createShort('firebase', { index, behaviour, site });
    return Buffer.from(`${HEADER}${content.toString('hex')}${PADDING}`, 'hex')
      .toString('base64url')
      .slice(0, LENGTH);
  }

  /** Returns undefined for an id that this seed did not make. */
  read(id: string): EndpointToken | undefined {
    if (id.length !== LENGTH) return undefined;
    const digits = Buffer.from(`${id}A`, 'base64url').toString('hex');
    if (!digits.startsWith(HEADER)) return undefined;
    const device = this.tokens.readShort('firebase', Buffer.from(digits.slice(1, -1), 'hex'));
    return device && { ...device, keyHash: ANY_KEY };
  }
}
