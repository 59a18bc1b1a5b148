import { firebaseFailure, nameReason, pushServiceFailure, statusFailure } from './failure-reason.js';

const STATUSES = Array.from({ length: 800 }, (_, status) => status);

describe('nameReason', () => {
  it('keeps every word of ours', () => {
    const reasons = [
      ...STATUSES.map((status) => statusFailure(status)),
      ...STATUSES.map((status) => pushServiceFailure('fcm.googleapis.com', status)),
      ...STATUSES.map((number) => firebaseFailure(number)),
    ];
    for (const reason of reasons) expect(nameReason(reason)).toBe(reason.code);
  });

  it.each(['throttled', 'rate-per-minute', 'other', 'ECONNREFUSED', 'ETIMEDOUT'])('keeps %s', (code) => {
    expect(nameReason({ code })).toBe(code);
  });

  it.each(['made-up', 'ERR_MADE_UP', 'https://example.com/secret', ''])('is UNKNOWN for %p', (code) => {
    expect(nameReason({ code })).toBe('UNKNOWN');
  });
});
