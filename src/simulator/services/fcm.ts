import type { PushServiceRules } from './push-service-rules.js';
import { textResponse } from './service-response.js';

const WRONG_ADDRESS =
  'A valid push subscription endpoint should be specified in the URL as such: https://fcm.googleapis.com/wp/{token}';
const KEY_FORMAT = 'make sure the public key is base64url-encoded [RFC7515]';

/**
 * Chrome's push service. Google documents no bodies. Those of 403 are the ones that Chromium knows
 * (components/gcm_driver/web_push_common.cc); 401, 404, 410 and that of another key are quoted in
 * pushpad.xyz/blog/web-push-errors-explained-with-http-status-codes and in issues of web-push-libs.
 */
export const FCM: PushServiceRules = {
  origin: 'https://fcm.googleapis.com',
  toPath: (token) => `/fcm/send/sim:APA91b${token}`,
  readToken: (path) => /^\/(?:fcm\/send|wp)\/sim:APA91b([\w-]+)$/.exec(path)?.[1],
  // RFC 8030, section 5: 201 with the message's address.
  accept: (id) => ({ status: 201, headers: { location: `https://fcm.googleapis.com/0:${id}` } }),
  refusals: {
    'no-endpoint': textResponse(404, WRONG_ADDRESS),
    gone: textResponse(410, 'push subscription has unsubscribed or expired.'),
    'bad-method': textResponse(405, 'only POST is allowed'),
    'no-authorization': textResponse(401, 'authorization header must be specified.'),
    'bad-authorization': textResponse(
      403,
      'authorization header had invalid format. authorization header should have the following format: ' +
        't=jwtToken; k=base64(publicApplicationServerKey)',
    ),
    'bad-key': textResponse(403, KEY_FORMAT),
    'bad-signature': textResponse(403, 'invalid JWT provided'),
    'bad-audience': textResponse(403, 'aud claim in the token MUST include the origin of the push resource URL'),
    expired: textResponse(403, 'token has expired'),
    'too-long-lived': textResponse(403, 'exp claim MUST NOT be more than 24 hours from the time of the request'),
    // FCM is lenient in practice; RFC 8292, section 2.1, asks for a contact address.
    'bad-subject': textResponse(403, 'invalid JWT provided'),
    'wrong-key': textResponse(
      403,
      'the VAPID credentials in the authorization header do not correspond to the credentials used to create ' +
        'the subscriptions.',
    ),
    // RFC 8030, section 5.2: 400 for a missing or malformed TTL.
    'no-ttl': textResponse(400, 'TTL header must be specified'),
    'bad-ttl': textResponse(400, 'TTL header must be a number of seconds from 0 to 2419200'),
    'bad-urgency': textResponse(400, 'invalid Urgency header'),
    'bad-topic': textResponse(400, 'invalid Topic header'),
    'bad-encryption': textResponse(400, 'the payload is not encrypted as RFC 8291 says'),
    'bad-cache-policy': { status: 400 },
    // RFC 8030, section 7.2; 4,096 bytes by Chromium's LogSendWebPushMessagePayloadSize.
    'too-large': textResponse(413, 'the payload is larger than 4096 bytes'),
    // developer.chrome.com/blog/web-push-rate-limits: 429 beyond the limit.
    'rate-limited': textResponse(429, 'Too Many Requests'),
    error: textResponse(500, 'Internal Server Error'),
    unavailable: textResponse(503, 'Service Unavailable'),
  },
};
