import { NAMED_ELSEWHERE } from './label-sets.js';
import { gauge } from './registry.js';

/** Says which build this process runs. */
export const buildInfo = gauge({
  name: 'push_contact_build_info',
  help: 'The build of this process; always 1',
  labels: {
    version: NAMED_ELSEWHERE,
    node_version: NAMED_ELSEWHERE,
    mode: ['api', 'worker', 'push-api', 'all'],
  },
});
