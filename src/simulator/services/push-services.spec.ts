import { readFileSync } from 'node:fs';
import { PUSH_SERVICES } from '../service-names.js';
import { PUSH_SERVICE_RULES } from './push-services.js';

describe('PUSH_SERVICE_RULES', () => {
  const paths = PUSH_SERVICES.map((service) => PUSH_SERVICE_RULES[service].toPath('AbC-_1'));

  it.each(PUSH_SERVICES)('%s reads the token of its own endpoints only', (service) => {
    const read = paths.map((path) => PUSH_SERVICE_RULES[service].readToken(path));
    expect(read).toEqual(PUSH_SERVICES.map((name) => (name === service ? 'AbC-_1' : undefined)));
  });

  it.each(PUSH_SERVICES)('%s refuses with the statuses that RFC 8030 leaves no choice of', (service) => {
    const { refusals } = PUSH_SERVICE_RULES[service];
    const { 'no-ttl': noTtl, 'no-endpoint': noEndpoint, gone, 'too-large': tooLarge } = refusals;
    expect([noTtl.status, noEndpoint.status, gone.status, tooLarge.status]).toEqual([400, 404, 410, 413]);
  });
});

it('the image is built without the simulator', () => {
  expect(readFileSync('.dockerignore', 'utf8').split('\n')).toContain('src/simulator');
});
