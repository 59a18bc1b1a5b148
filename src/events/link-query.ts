import { MAC_LENGTH } from '../security/link-signatures.js';

const HOUR_MS = 3_600_000;
const BASE = 36;

/** The query of a link as Fastify parses it: what is repeated is an array. */
export interface LinkQuery {
  /** The end of the link and its signature, one after the other. */
  readonly s?: unknown;
}

/** What the query of a link says, as it is written there. */
export interface WrittenSignature {
  readonly expires: string;
  readonly mac: string;
}

/**
 * Returns the query of a link: `s` is its end and its signature, one after the other. One member of few
 * characters, because a notification has 4 kB for all of its links.
 */
export function writeLinkQuery({ expires, mac }: WrittenSignature): string {
  return `s=${expires}${mac}`;
}

/** Returns the parts of a query; empty where it has none. */
export function readLinkQuery({ s }: LinkQuery): WrittenSignature {
  const text = typeof s === 'string' ? s : '';
  return { expires: text.slice(0, -MAC_LENGTH), mac: text.slice(-MAC_LENGTH) };
}

/** Returns the end of a link as it is written: in hours of Unix time to the base 36, rounded up. */
export function toWrittenEnd(timeMs: number): string {
  return Math.ceil(timeMs / HOUR_MS).toString(BASE);
}

/** The reverse of `toWrittenEnd`, in milliseconds. */
export function fromWrittenEnd(expires: string): number {
  return Number.parseInt(expires, BASE) * HOUR_MS;
}
