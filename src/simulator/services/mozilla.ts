import type { PushServiceRules } from './push-service-rules.js';
import { jsonResponse, type ServiceResponse } from './service-response.js';

const MORE_INFO = 'https://mozilla-services.github.io/autopush-rs/errors.html';

/**
 * Firefox' push service, autopush. Statuses and `errno` are those of autopush-rs, docs/src/errors.md; the
 * shape of the body, `cache-control` and `retry-after` those of its autoendpoint/src/error.rs.
 */
export const MOZILLA: PushServiceRules = {
  origin: 'https://updates.push.services.mozilla.com',
  toPath: (token) => `/wpush/v2/${token}`,
  readToken: (path) => /^\/wpush\/v[12]\/([\w-]+)$/.exec(path)?.[1],
  accept: (id) =>
    jsonResponse(
      201,
      { 'message-id': id },
      { location: `https://updates.push.services.mozilla.com/m/${id}`, ttl: '0' },
    ),
  refusals: {
    'no-endpoint': refuse(404, 102, 'Not Found', 'Invalid token'),
    gone: refuse(410, 106, 'Gone', 'No such subscription', { 'cache-control': 'max-age=86400' }),
    'bad-method': refuse(405, null, 'Method Not Allowed', 'Only POST is allowed'),
    'no-authorization': refuse(401, 109, 'Unauthorized', 'Missing VAPID public key'),
    'bad-authorization': refuse(401, 109, 'Unauthorized', 'Unknown auth scheme'),
    'bad-key': refuse(401, 109, 'Unauthorized', 'Invalid VAPID public key'),
    'bad-signature': refuse(401, 109, 'Unauthorized', 'InvalidSignature'),
    'bad-audience': refuse(401, 109, 'Unauthorized', 'Invalid VAPID audience'),
    expired: refuse(401, 109, 'Unauthorized', 'ExpiredSignature'),
    'too-long-lived': refuse(401, 109, 'Unauthorized', 'The VAPID token expiration is too long'),
    // "the VAPID assertion block must contain a sub field" (autopush-rs, docs/src/http.md).
    'bad-subject': refuse(401, 109, 'Unauthorized', 'Invalid VAPID subject'),
    'wrong-key': refuse(401, 109, 'Unauthorized', 'VAPID public key mismatch'),
    'no-ttl': refuse(400, 111, 'Bad Request', 'Missing TTL value'),
    'bad-ttl': refuse(400, 112, 'Bad Request', 'Invalid TTL value'),
    'bad-urgency': refuse(400, 111, 'Bad Request', 'Invalid Urgency value'),
    'bad-topic': refuse(400, 113, 'Bad Request', 'Invalid Topic value'),
    'bad-encryption': refuse(400, 110, 'Bad Request', 'Invalid aes128gcm header or body'),
    'bad-cache-policy': { status: 400 },
    'too-large': refuse(413, 104, 'Payload Too Large', 'Data payload too large'),
    'rate-limited': refuse(429, 201, 'Too Many Requests', 'Use exponential back-off for retries'),
    error: refuse(500, 999, 'Internal Server Error', 'Unknown error'),
    unavailable: refuse(503, 201, 'Service Unavailable', 'Use exponential back-off for retries'),
  },
};

function refuse(
  code: number,
  errno: number | null,
  error: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): ServiceResponse {
  return jsonResponse(code, { code, errno, error, message, more_info: MORE_INFO }, headers);
}
