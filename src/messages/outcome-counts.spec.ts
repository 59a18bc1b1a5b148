import { addOutcomes, countOutcomes, readOutcomes } from './outcome-counts.js';

const OUTCOMES = [
  { pushService: '*.notify.windows.com', reason: null, contacts: 7 },
  { pushService: 'fcm.googleapis.com', reason: 'gone', contacts: 3 },
  { pushService: 'PushApi', reason: 'ECONNRESET', contacts: 2 },
  { pushService: null, reason: 'expired', contacts: 1 },
];

const EACH = OUTCOMES.flatMap(({ contacts, ...outcome }) => Array.from({ length: contacts }, () => outcome));

it('reads what it has counted, most contacts first', () => {
  expect(readOutcomes(countOutcomes(EACH.toReversed()))).toEqual(OUTCOMES);
});

it('makes keys that are names of a field', () => {
  const odd = { pushService: 'a%2E.b', reason: '$c' };
  const counted = countOutcomes([...EACH, odd]);
  expect(Object.keys(counted).filter((key) => /[.$]/.test(key))).toEqual([]);
  expect(readOutcomes(counted)).toContainEqual({ ...odd, contacts: 1 });
});

it('adds the counts of one outcome', () => {
  expect(addOutcomes({ a: 1, b: 2 }, { b: 3, c: 4 })).toEqual({ a: 1, b: 5, c: 4 });
});

it('reads a message without outcomes', () => {
  expect([readOutcomes(), countOutcomes([])]).toEqual([[], {}]);
});
