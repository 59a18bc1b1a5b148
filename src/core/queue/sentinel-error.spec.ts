import { explainSentinelCode, readSentinelError } from './sentinel-error.js';

const failed = (because: string): Error =>
  new Error(`failed to connect to sentinel sentinel-1.example:26379 because ${because}`);

describe('readSentinelError', () => {
  it.each([
    [failed('connect ECONNREFUSED 192.0.2.1:26379'), 'ECONNREFUSED', /unreachable/],
    [failed('getaddrinfo ENOTFOUND sentinel-1.example'), 'ENOTFOUND', /unreachable/],
    [failed('connect ETIMEDOUT'), 'ETIMEDOUT', /unreachable/],
    [failed('Command timed out'), 'ETIMEDOUT', /unreachable/],
    [failed('Connection is closed.'), 'ECONNRESET', /unreachable/],
    [failed('NOAUTH Authentication required.'), 'NOAUTH', /REDIS_SENTINEL_PASSWORD/],
    [failed('WRONGPASS invalid username-password pair or user is disabled.'), 'WRONGPASS', /REDIS_SENTINEL_PASSWORD/],
    [failed("ERR unknown command 'sentinel', with args beginning with: "), 'ERR', /no Sentinel/],
    [failed('self-signed certificate'), 'DEPTH_ZERO_SELF_SIGNED_CERT', /REDIS_CA_FILE/],
    [failed('self-signed certificate in certificate chain'), 'SELF_SIGNED_CERT_IN_CHAIN', /REDIS_CA_FILE/],
    [failed('unable to verify the first certificate'), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /REDIS_CA_FILE/],
    [failed("Hostname/IP does not match certificate's altnames: IP"), 'ERR_TLS_CERT_ALTNAME_INVALID', /address/],
    [
      new Error('connected to sentinel sentinel-1.example:26379 successfully, but got an invalid reply: null'),
      'NOMASTER',
      /REDIS_SENTINEL_NAME/,
    ],
  ])('knows by the text alone: %s', (error, code, meaning) => {
    expect(readSentinelError(error)).toEqual({ address: 'sentinel-1.example:26379', code });
    expect(explainSentinelCode(code)).toMatch(meaning);
  });
});
