import type { IncomingHttpHeaders } from 'node:http';
import type { PushServiceRules, Refusal } from './push-service-rules.js';
import type { ServiceResponse } from './service-response.js';

/** What WNS says in `X-WNS-NotificationStatus` of a message that it does not deliver. */
const DROPPED = 'dropped';

/**
 * Edge's push service on Windows, WNS. Statuses are those of learn.microsoft.com, "Push notification service
 * request and response headers", "Response codes": the reason is in `X-WNS-Error-Description`, the body is
 * empty, and too many messages are 406 with Retry-After.
 */
export const WNS: PushServiceRules = {
  origin: 'https://wns2-par02p.notify.windows.com',
  toPath: (token) => `/w/?token=${token}`,
  readToken: (path) => /^\/w\/\?token=([\w-]+)$/.exec(path)?.[1],
  accept: (id) => ({
    status: 201,
    headers: { location: `https://wns2-par02p.notify.windows.com/w/${id}`, ...status('received'), 'x-wns-msg-id': id },
  }),
  refusals: {
    'no-endpoint': refuse(404, 'The channel URI is not valid or is not recognized by WNS.'),
    gone: refuse(410, 'The channel expired.'),
    'bad-method': refuse(405, 'Invalid method; only POST is allowed.'),
    'no-authorization': refuse(401, 'The cloud service did not present a valid authentication ticket.'),
    'bad-authorization': refuse(401, 'The cloud service did not present a valid authentication ticket.'),
    'bad-key': refuse(401, 'The VAPID public key is invalid.'),
    'bad-signature': refuse(401, 'The VAPID token is invalid.'),
    'bad-audience': refuse(401, 'The VAPID token has another audience.'),
    expired: refuse(401, 'The VAPID token has expired.'),
    'too-long-lived': refuse(401, 'The VAPID token expires too late.'),
    'bad-subject': refuse(401, 'The VAPID token has no valid subject.'),
    'wrong-key': refuse(403, 'The cloud service is not authorized to send a notification to this URI.'),
    'no-ttl': refuse(400, 'The TTL header is missing.'),
    'bad-ttl': refuse(400, 'The TTL header is invalid.'),
    'bad-urgency': refuse(400, 'The Urgency header is invalid.'),
    'bad-topic': refuse(400, 'The Topic header is invalid.'),
    'bad-encryption': refuse(400, 'The payload is not encrypted.'),
    // Seen in github.com/web-push-libs/pywebpush, issue 162.
    'bad-cache-policy': refuse(400, 'Ttl value conflicts with X-WNS-Cache-Policy.'),
    'too-large': refuse(413, 'The notification payload exceeds the 5000 byte size limit.'),
    'rate-limited': refuse(406, 'The cloud service exceeded its throttle limit.'),
    error: refuse(500, 'An internal failure caused notification delivery to fail.'),
    unavailable: refuse(503, 'The server is currently unavailable.'),
  },
  checkHeaders: checkCachePolicy,
};

/**
 * A message is cached unless its policy says otherwise, and one without a time to live cannot be (pywebpush,
 * issue 162; webpush-go, issue 66).
 */
function checkCachePolicy(headers: IncomingHttpHeaders): Refusal | undefined {
  const policy = headers['x-wns-cache-policy'] ?? 'cache';
  const isCached = Number(headers.ttl) > 0;
  return policy === (isCached ? 'cache' : 'no-cache') ? undefined : 'bad-cache-policy';
}

function refuse(code: number, description: string): ServiceResponse {
  return { status: code, headers: { 'x-wns-error-description': description, ...status(DROPPED) } };
}

function status(text: string): Record<string, string> {
  return { 'x-wns-status': text, 'x-wns-notificationstatus': text };
}
