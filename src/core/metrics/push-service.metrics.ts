import { NAMED_ELSEWHERE, STATUSES } from './label-sets.js';
import { histogram } from './registry.js';

/** Measures single pushes, in the process that the built-in PushApi runs in. */
export const pushServiceRequestSeconds = histogram({
  name: 'push_contact_push_service_request_duration_seconds',
  help: 'Time of one push, from the request to the end of the response of the push service',
  labels: { push_service: NAMED_ELSEWHERE, status: STATUSES },
  // A push that has no response after 22 s is given up.
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
});
