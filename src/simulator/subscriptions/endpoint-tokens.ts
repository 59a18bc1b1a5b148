import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { SERVICES, type ServiceName } from '../service-names.js';

/** Every message to an endpoint is answered by its behaviour; `created` follows the service's settings. */
export const BEHAVIOURS = [
  'created',
  'not-found',
  'gone',
  'too-many',
  'too-many-until',
  'error',
  'unavailable',
  'too-large',
  'small',
  'redirect',
  'reset',
  'hang',
  'endless',
  'endless-created',
  'third-party',
  'argument',
  'internal',
  'quota',
  'sender',
  'unregistered',
  'disabled',
  'no-project',
] as const;

export type Behaviour = (typeof BEHAVIOURS)[number];

/** What an endpoint's token says. */
export interface EndpointToken {
  /** The endpoint's number at its service, below 2^32. */
  readonly index: number;
  readonly behaviour: Behaviour;
  /** The site that subscribed: a hash of its name, 8 characters of hex. */
  readonly site: string;
  /** The key that may send: the beginning of its hash, 16 characters of hex; zeros when any key may. */
  readonly keyHash: string;
}

const CONTENT_BYTES = 17;
const TAG_BYTES = 12;

/** A short token has no key, and a shorter code. */
const SHORT_CONTENT_BYTES = 9;
const SHORT_TAG_BYTES = 7;
const TOKEN_BYTES = CONTENT_BYTES + TAG_BYTES;

/** A behaviour's, an index' and a site's place in a token; the key's hash follows. */
const [BEHAVIOUR_AT, INDEX_AT, SITE_AT, KEY_AT] = [0, 1, 5, 9];

/**
 * Makes and reads the tokens in endpoints. A token holds all that is known of its endpoint, with a code of
 * the seed that nobody else can make, so endpoints need no memory. Mozilla's endpoints hold the hash of the
 * sender's key too (autopush-rs, `version_2_validation`).
 */
export class EndpointTokens {
  private readonly seed: KeyObject;

  constructor(seed: string) {
    this.seed = createSecretKey(seed, 'utf8');
  }

  create(service: ServiceName, { keyHash, ...endpoint }: EndpointToken): string {
    const content = Buffer.concat([writeShort(endpoint), Buffer.from(keyHash, 'hex')]);
    const tag = this.mac(service, content).subarray(0, TAG_BYTES);
    return Buffer.concat([content, tag]).toString('base64url');
  }

  /** As `create`, in 16 bytes and without the key. */
  createShort(service: ServiceName, endpoint: Omit<EndpointToken, 'keyHash'>): Buffer {
    const content = writeShort(endpoint);
    return Buffer.concat([content, this.mac(service, content).subarray(0, SHORT_TAG_BYTES)]);
  }

  /** Returns undefined for a token that this seed did not make for this service. */
  read(service: ServiceName, token: string): EndpointToken | undefined {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== TOKEN_BYTES) return undefined;
    const content = this.verify(service, bytes, CONTENT_BYTES);
    const endpoint = content && readShort(content);
    return endpoint && { ...endpoint, keyHash: content.toString('hex', KEY_AT) };
  }

  /** Returns undefined for what `createShort` did not make. */
  readShort(service: ServiceName, bytes: Buffer): Omit<EndpointToken, 'keyHash'> | undefined {
    if (bytes.length !== SHORT_CONTENT_BYTES + SHORT_TAG_BYTES) return undefined;
    const content = this.verify(service, bytes, SHORT_CONTENT_BYTES);
    return content && readShort(content);
  }

  /** Whether an endpoint belongs to the share that is dead. A larger share has the same ones and more. */
  isDead(service: ServiceName, index: number, share: number): boolean {
    if (share === 0) return false;
    const hash = createHmac('sha256', this.seed).update(`dead ${service} ${index}`).digest();
    return hash.readUInt32BE(0) / 2 ** 32 < share;
  }

  /** Returns the content before the code; undefined where the code is wrong. */
  private verify(service: ServiceName, bytes: Buffer, contentBytes: number): Buffer | undefined {
    const [content, tag] = [bytes.subarray(0, contentBytes), bytes.subarray(contentBytes)];
    return timingSafeEqual(this.mac(service, content).subarray(0, tag.length), tag) ? content : undefined;
  }

  private mac(service: ServiceName, content: Buffer): Buffer {
    return createHmac('sha256', this.seed)
      .update(Buffer.of(SERVICES.indexOf(service)))
      .update(content)
      .digest();
  }
}

function writeShort({ index, behaviour, site }: Omit<EndpointToken, 'keyHash'>): Buffer {
  const content = Buffer.alloc(SHORT_CONTENT_BYTES);
  content.writeUInt8(BEHAVIOURS.indexOf(behaviour), BEHAVIOUR_AT);
  content.writeUInt32BE(index, INDEX_AT);
  content.write(site, SITE_AT, 'hex');
  return content;
}

function readShort(content: Buffer): Omit<EndpointToken, 'keyHash'> | undefined {
  const behaviour = BEHAVIOURS[content.readUInt8(BEHAVIOUR_AT)];
  if (behaviour === undefined) return undefined;
  return { index: content.readUInt32BE(INDEX_AT), behaviour, site: content.toString('hex', SITE_AT, KEY_AT) };
}

/** The hash of a VAPID public key, given in base64url, as tokens have it. */
export function hashKey(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 16);
}

/** The hash of a site's name, as tokens have it. */
export function hashSite(site: string): string {
  return createHash('sha256').update(site).digest('hex').slice(0, 8);
}

/** The hash of no key: any key may send. */
export const ANY_KEY = '0'.repeat(16);
