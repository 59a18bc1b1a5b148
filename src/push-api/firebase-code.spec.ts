import { isAccessTokenRejected, isMessageRefused, toFirebaseCode } from './firebase-code.js';

function fcmError(errorCode: string): object {
  return { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode };
}

function badRequest(field: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description: 'Invalid' }] };
}

function response(status: number, rpcStatus: string, ...details: object[]): { status: number; json: unknown } {
  return { status, json: { error: { code: status, status: rpcStatus, message: 'A message', details } } };
}

describe('toFirebaseCode', () => {
  it.each([
    ['UNREGISTERED', 6, response(404, 'NOT_FOUND', fcmError('UNREGISTERED'))],
    ['UNREGISTERED after another detail', 6, response(404, 'NOT_FOUND', badRequest('x'), fcmError('UNREGISTERED'))],
    ['an invalid token', 1, response(400, 'INVALID_ARGUMENT', fcmError('INVALID_ARGUMENT'))],
    ['an invalid message.token', 1, response(400, 'INVALID_ARGUMENT', badRequest('message.token'))],
    ['an invalid message.fid', 1, response(400, 'INVALID_ARGUMENT', badRequest('message.fid'))],
    ['a sender mismatch', 4, response(403, 'PERMISSION_DENIED', fcmError('SENDER_ID_MISMATCH'))],
    ['a quota', 3, response(429, 'RESOURCE_EXHAUSTED', fcmError('QUOTA_EXCEEDED'))],
    ['a quota of the project', 3, response(429, 'RESOURCE_EXHAUSTED')],
    ['a certificate of APNs', 0, response(401, 'UNAUTHENTICATED', fcmError('THIRD_PARTY_AUTH_ERROR'))],
    ['an internal error', 2, response(500, 'INTERNAL')],
    ['an overloaded Firebase', 5, response(503, 'UNAVAILABLE', fcmError('UNAVAILABLE'))],
  ])('reads %s as %i', (_, code, error) => {
    expect(toFirebaseCode(error)).toBe(code);
  });

  it.each([
    ['an API that is disabled', response(403, 'PERMISSION_DENIED', { '@type': 'google.rpc.ErrorInfo' })],
    ['a role that is missing', response(403, 'PERMISSION_DENIED')],
    ['another project', response(404, 'NOT_FOUND')],
    ['an access token that has expired', response(401, 'UNAUTHENTICATED')],
    ['a proxy with a page of HTML', { status: 404, json: undefined }],
    ['an error in another shape', { status: 403, json: { error: 'forbidden' } }],
    ['details in another shape', { status: 404, json: { error: { details: { errorCode: 'UNREGISTERED' } } } }],
    ['a code that is not known', response(400, 'FAILED_PRECONDITION', fcmError('toString'))],
  ])('reads %s as unavailable, which prunes nobody', (_, error) => {
    expect(toFirebaseCode(error)).toBe(5);
  });

  it.each([
    ['another field', response(400, 'INVALID_ARGUMENT', badRequest('message.notification.image'))],
    ['another field, with FcmError', response(400, 'INVALID_ARGUMENT', fcmError('INVALID_ARGUMENT'), badRequest('x'))],
    ['no field', response(400, 'INVALID_ARGUMENT')],
  ])('reads an INVALID_ARGUMENT about %s as final and not about the token', (_, error) => {
    expect([toFirebaseCode(error), isMessageRefused(error)]).toEqual([0, true]);
  });

  it.each([
    ['credentials', response(401, 'UNAUTHENTICATED', fcmError('THIRD_PARTY_AUTH_ERROR'))],
    ['another sender', response(403, 'PERMISSION_DENIED', fcmError('SENDER_ID_MISMATCH'))],
    ['an invalid token', response(400, 'INVALID_ARGUMENT', badRequest('message.token'))],
    ['a page of HTML', { status: 400, json: undefined }],
  ])('does not read %s as a message that is refused', (_, error) => {
    expect(isMessageRefused(error)).toBe(false);
  });
});

describe('isAccessTokenRejected', () => {
  it('is true for a 401 that FcmError does not explain', () => {
    expect(isAccessTokenRejected(response(401, 'UNAUTHENTICATED'))).toBe(true);
    expect(isAccessTokenRejected(response(401, 'UNAUTHENTICATED', fcmError('THIRD_PARTY_AUTH_ERROR')))).toBe(false);
    expect(isAccessTokenRejected(response(403, 'PERMISSION_DENIED'))).toBe(false);
  });
});
