import TestSequencer from '@jest/test-sequencer';

/**
 * Files that take long although they are short, mostly because they wait; the longest first. A machine that
 * has run no tests yet begins with the largest files: begun last, these would be waited for alone.
 */
const LONG = [
  'faults/mongodb-silent',
  'faults/alerts',
  'e2e/stores-at-start',
  'browser/console-pages',
  'faults/browsers',
  'faults/throttled-domains',
  'e2e/start',
  'e2e/start-modes',
  'e2e/failing-sends',
  'faults/outage-of-push-api',
  'browser/push-script',
  'browser/accessibility',
  'browser/push-service-worker',
  'e2e/rate-per-minute',
  'e2e/web-push',
  'e2e/jwt-keys',
  'faults/mongodb-transient',
  'browser/pruned-contacts',
  'faults/frozen-workers',
  'e2e/lost-responses',
  'faults/push-api',
  'faults/redis',
  'faults/contact-counts',
  'faults/rolling-restarts',
  'faults/midnight',
  'faults/clock',
  'faults/killed-workers',
  'faults/sigterm-slow-calls',
  'faults/mongodb-restarts',
  'browser/own-worker',
  'e2e/held-batches',
  'e2e/unique-clicks',
];

/** Jest's own order, behind the files that are known to take long. */
export default class LongFirst extends TestSequencer {
  sort(tests) {
    const ranks = new Map(LONG.map((name, rank) => [name, rank]));
    const rankOf = ({ path }) => ranks.get(path.replace(/^.*\/test\/|\.spec\.ts$/g, '')) ?? LONG.length;
    return super.sort(tests).sort((one, other) => rankOf(one) - rankOf(other));
  }
}
