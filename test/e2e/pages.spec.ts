import { Installation } from '../support/installation.js';
import { request } from '../support/http.js';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('pages', { workers: 0 });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

describe.each(['/swagger', '/swagger/index.html', '/demo', '/push-script/subscribe'])('the page %s', (path) => {
  it('loads nothing of other hosts, is in no frame, and tells no other site its address', async () => {
    const { status, headers } = await request('GET', product.api.url + path);
    const policy = headers.get('content-security-policy') ?? '';
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect(policy.split('; ')).toEqual(expect.arrayContaining(["default-src 'self'", "frame-ancestors 'none'"]));
    expect(policy).not.toMatch(/script-src|unsafe-eval/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('has no script in its text, which the policy would not run', async () => {
    const { text } = await request('GET', product.api.url + path);
    expect(text.match(/<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+=/gi)).toBeNull();
  });
});

it.each(['/domains/x/isPushFeatureEnabled', '/push-script.js', '/swagger/v1/swagger.json', '/nowhere'])(
  'the type of %s is not guessed by browsers',
  async (path) => {
    const { headers } = await request('GET', product.api.url + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  },
);

it('Swagger UI keeps no token after its tab', async () => {
  const { text } = await request('GET', `${product.api.url}/swagger/swagger-ui-init.js`);
  expect(text).toMatch(/"persistAuthorization": ?false/);
});
