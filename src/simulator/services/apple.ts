import type { PushServiceRules } from './push-service-rules.js';
import { jsonResponse, type ServiceResponse } from './service-response.js';

/**
 * Safari's push service. Statuses and reasons are those of developer.apple.com, "Sending web push
 * notifications in web apps and browsers", "Review responses for push notification errors". Apple does not
 * say which status a reason has: those of authentication are 403, VapidPkHashMismatch is 400, and a dead
 * subscription's is ExpiredSubscription with 410, as senders have recorded.
 */
export const APPLE: PushServiceRules = {
  origin: 'https://web.push.apple.com',
  toPath: (token) => `/Q${token}`,
  readToken: (path) => /^\/Q([\w-]+)$/.exec(path)?.[1],
  accept: (id) => ({ status: 201, headers: { 'apns-id': id } }),
  refusals: {
    'no-endpoint': refuse(404, 'BadPath'),
    gone: refuse(410, 'ExpiredSubscription'),
    'bad-method': refuse(405, 'MethodNotAllowed'),
    'no-authorization': refuse(403, 'BadJwtToken'),
    'bad-authorization': refuse(403, 'BadAuthorizationHeader'),
    'bad-key': refuse(403, 'BadVapidPublicKey'),
    'bad-signature': refuse(403, 'BadJwtToken'),
    'bad-audience': refuse(403, 'BadJwtToken'),
    expired: refuse(403, 'BadJwtToken'),
    'too-long-lived': refuse(403, 'BadJwtToken'),
    'bad-subject': refuse(403, 'BadJwtToken'),
    'wrong-key': refuse(400, 'VapidPkHashMismatch'),
    'no-ttl': refuse(400, 'BadTtl'),
    'bad-ttl': refuse(400, 'BadTtl'),
    'bad-urgency': refuse(400, 'BadUrgency'),
    'bad-topic': refuse(400, 'BadWebPushTopic'),
    'bad-encryption': refuse(400, 'BadWebPushRequest'),
    'bad-cache-policy': { status: 400 },
    'too-large': refuse(413, 'PayloadTooLarge'),
    'rate-limited': refuse(429, 'TooManyRequests'),
    error: refuse(500, 'InternalServerError'),
    unavailable: refuse(503, 'ServiceUnavailable'),
  },
};

function refuse(status: number, reason: string): ServiceResponse {
  return jsonResponse(status, { reason });
}
