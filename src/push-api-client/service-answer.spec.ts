import { readServiceAnswer } from './service-answer.js';

const TOLD = { status: 429, body: 'slow down', retryAfter: '30', durationMs: 12 };

describe('readServiceAnswer', () => {
  it("returns the service's own answer, of an accepted and of a refused notification", () => {
    const accepted = { isSuccess: true, exception: null, serviceResponse: { ...TOLD, status: 201 } };
    const refused = { isSuccess: false, exception: { messagingErrorCode: 1 }, serviceResponse: TOLD };
    expect(readServiceAnswer({ responses: [accepted] }, '/webpush')).toEqual({ ...TOLD, status: 201 });
    expect(readServiceAnswer({ responses: [refused] }, '/message')).toEqual(TOLD);
  });

  it('returns what a PushApi without that member says', () => {
    const exception = { messagingErrorCode: 410, message: 'Gone', retryAfterSeconds: '00:00:30' };
    const said = { body: 'Gone', retryAfter: '00:00:30', durationMs: undefined };
    expect(readServiceAnswer({ responses: [{ exception }] }, '/webpush')).toEqual({ ...said, status: 410 });
    // A number of Firebase's errors is no HTTP status.
    expect(readServiceAnswer({ responses: [{ exception }] }, '/message')).toEqual({ ...said, status: null });
  });

  it('has no status of a push service that was not asked or did not answer', () => {
    const exception = { messagingErrorCode: 503, message: 'The push service cannot be reached' };
    const said = { status: null, body: exception.message, retryAfter: null, durationMs: undefined };
    expect(readServiceAnswer({ responses: [{ exception, serviceResponse: null }] }, '/webpush')).toEqual(said);
  });

  it.each([undefined, null, {}, { responses: 'x' }, { responses: [{ isSuccess: true }] }])(
    'returns nothing of %j',
    (response) => {
      const nothing = { status: null, body: null, retryAfter: null, durationMs: undefined };
      expect(readServiceAnswer(response, '/webpush')).toEqual(nothing);
    },
  );

  it('returns nothing of members that are of another type', () => {
    const serviceResponse = { status: '201', body: {}, retryAfter: [], durationMs: -1 };
    const nothing = { status: null, body: null, retryAfter: null, durationMs: undefined };
    expect(readServiceAnswer({ responses: [{ serviceResponse }] }, '/webpush')).toEqual(nothing);
  });
});
