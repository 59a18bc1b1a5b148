import { hasOption } from './uri-guarantees.js';

it.each([
  ['mongodb://host/?maxIdleTimeMS=5', true],
  ['mongodb://host/name?replicaSet=rs0&MAXIDLETIMEMS=5', true],
  ['mongodb://host/?maxIdleTimeMS', true],
  ['mongodb://host/?replicaSet=maxIdleTimeMS', false],
  ['mongodb://host/maxIdleTimeMS', false],
  ['mongodb://host', false],
])('finds an option by its name in any case: %s', (uri, isThere) => {
  expect(hasOption(uri, 'maxIdleTimeMS')).toBe(isThere);
});
