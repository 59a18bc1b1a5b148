import type { SendResult } from '../push-api-client/send-result.js';
import { countEvents, isGone, toSendEvent } from './outcome.js';

const contact = { id: 'c1', domain: 'd', deviceToken: 't', email: null, visitorGuid: null, subscription: null };
const temporary = { kind: 'temporary', message: 'later', retryAfterSeconds: undefined } as const;
const ALL: readonly [SendResult, number, number][] = [
  [{ kind: 'delivered' }, 0, 0],
  [{ kind: 'gone', message: 'gone' }, 4, 1],
  [{ kind: 'refused', message: 'no' }, 4, 2],
  [{ ...temporary, cause: 'limits' }, 5, 3],
  [{ ...temporary, cause: 'unavailable' }, 5, 2],
  [{ ...temporary, cause: 'call-failed' }, 3, 0],
];

describe('toSendEvent', () => {
  it.each(ALL)('records %j as type %i, sub-type %i', (result, type, subType) => {
    const errorMessage = result.kind === 'delivered' ? null : result.message;
    expect(toSendEvent(contact, result)).toEqual({ contactId: 'c1', deviceToken: 't', type, subType, errorMessage });
  });
});

describe('countEvents', () => {
  it('counts every event as sent, and bills deliveries and contacts that are gone', () => {
    const events = ALL.map(([result]) => toSendEvent(contact, result));
    expect(countEvents(events)).toEqual({ sent: 6, delivered: 1, notDelivered: 5, billableSends: 2 });
    expect(events.filter(isGone)).toHaveLength(1);
  });
});
