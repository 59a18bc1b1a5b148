import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from './push-service-rules.js';

/** The longest time to live that autopush takes, 30 days (docs/src/errors.md, errno 112). */
const MAX_TTL_SECONDS = 2_592_000;

const URGENCIES = ['very-low', 'low', 'normal', 'high'];

/** Bytes of salt, record size and key in the header of a body (RFC 8188, section 2.1). */
const [SALT_BYTES, RECORD_SIZE_BYTES, KEY_BYTES] = [16, 4, 65];
const KEY_LENGTH_AT = SALT_BYTES + RECORD_SIZE_BYTES;
const HEADER_BYTES = KEY_LENGTH_AT + 1 + KEY_BYTES;

/** The tag of AES-GCM and the delimiter: no encrypted record is shorter (RFC 8188, section 2). */
const MIN_RECORD_BYTES = 17;

const UNCOMPRESSED_POINT = 0x04;

/** Checks the headers that every push service knows (RFC 8030, sections 5.2 to 5.4). */
export function checkPushHeaders(headers: IncomingHttpHeaders): Refusal | undefined {
  const { ttl, urgency, topic } = headers;
  if (ttl === undefined) return 'no-ttl';
  if (typeof ttl !== 'string' || !/^\d{1,10}$/.test(ttl) || Number(ttl) > MAX_TTL_SECONDS) return 'bad-ttl';
  if (urgency !== undefined && !URGENCIES.includes(String(urgency))) return 'bad-urgency';
  if (topic !== undefined && !/^[\w-]{1,32}$/.test(String(topic))) return 'bad-topic';
  return undefined;
}

/**
 * Checks the form of an encrypted body: one with the content coding aes128gcm begins with a header that holds
 * a P-256 point (RFC 8291, section 4). A message may have no body.
 */
export function checkPushBody(headers: IncomingHttpHeaders, body: Buffer): Refusal | undefined {
  if (body.length === 0) return undefined;
  if (headers['content-encoding'] !== 'aes128gcm') return 'bad-encryption';
  if (body.length < HEADER_BYTES + MIN_RECORD_BYTES) return 'bad-encryption';
  const hasPoint = body[KEY_LENGTH_AT] === KEY_BYTES && body[KEY_LENGTH_AT + 1] === UNCOMPRESSED_POINT;
  return hasPoint && body.readUInt32BE(SALT_BYTES) > MIN_RECORD_BYTES ? undefined : 'bad-encryption';
}
