import { redact } from './redacted-text.js';

const ENDPOINT = 'https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB-secret_part';

describe('redact', () => {
  it.each([
    ['an endpoint', `No ${ENDPOINT}.`, 'No ….'],
    ['an endpoint in JSON', `{"url":"${ENDPOINT.replaceAll('/', '\\/')}"}`, '{"url":"…"}'],
    ['an endpoint in a query', `?u=${encodeURIComponent(ENDPOINT)}`, '?u=…'],
    ['the secret part of an endpoint alone', 'unknown id gAAAAAB-secret_part', 'unknown id …'],
    ['a signed token', 'bad vapid t=eyJ0eXAi.eyJhdWQi.c2ln-_, k=x', 'bad vapid t=…, k=x'],
    ['an e-mail', 'sub is mailto:someone@example.com', 'sub is mailto:…'],
    ['an endpoint in another case', `NO ${ENDPOINT.toUpperCase()}.`, 'NO ….'],
    ['an endpoint in a query in lower case', `?u=${encodeURIComponent(ENDPOINT).toLowerCase()}`, '?u=…'],
    [
      'an endpoint that is cut',
      `No ${ENDPOINT.slice(0, -3)}`,
      'No https://updates.push.services.mozilla.com/wpush/v2/…',
    ],
    ['a signed token that is cut', 'bad vapid t=eyJ0eXAi.eyJh', 'bad vapid t=…'],
    ['an e-mail that is cut', 'sub is mailto:someone@exam', 'sub is mailto:…'],
  ])('hides %s', (_, text, redacted) => {
    expect(redact(text, [ENDPOINT])).toBe(redacted);
  });

  it('leaves what is no secret', () => {
    const text = '{"errno":103,"message":"Request did not validate invalid token"}';
    expect(redact(text, [ENDPOINT, 'short'])).toBe(text);
    const host = 'short send v2 at https://updates.push.services.mozilla.com';
    expect(redact(host, [ENDPOINT, 'short'])).toBe(host);
  });
});
