import mongoose from 'mongoose';
import { describeConnectionFault } from './connection-fault.js';
import { findAddressFault } from './connection-string-fault.js';

const SECRET = 'secretvalue';

/** What the driver throws for a connection string, before it looks for a server. */
async function faultOf(uri: string): Promise<string> {
  const error: unknown = await mongoose
    .createConnection(uri, { serverSelectionTimeoutMS: 1 })
    .asPromise()
    .then(
      () => undefined,
      (rejection: unknown) => rejection,
    );
  return describeConnectionFault(error, uri);
}

it.each([
  [`mongodb://user:p@${SECRET}@host/`, /percent-encoded/],
  [`mongodb://user:p/${SECRET}@host/`, /percent-encoded/],
  [`mongodb://user:p:${SECRET}@host/`, /percent-encoded/],
  [`mongodb://user:p%${SECRET}@host/`, /percent-encoded/],
  [`mongodb://user:p?${SECRET}@host/`, /percent-encoded/],
  [`mongodb://:${SECRET}@host/`, /user name is empty/],
  [`mongodb://host:${SECRET}/`, /address is not understood/],
  [`mongodb://user:${SECRET}@host:99999/`, /address is not understood/],
  [`mongodb+srv://user:${SECRET}@a.b.invalid:27017/`, /mongodb\+srv needs one host name/],
  [`mongodb://host/?${SECRET}=1`, /an option that MongoDB does not know/],
  [`mongodb://host/?${SECRET}`, /one of its options has no value/],
  [`mongodb://host/?${SECRET}=1&${SECRET}=2`, /one of its options appears more than once/],
  [`mongodb://host/?maxPoolSize=${SECRET}`, /its option maxPoolSize has a value/],
  [`mongodb://host/?tls=${SECRET}`, /its option tls has a value/],
  [`mongodb://host/?authMechanism=${SECRET}`, /its option authMechanism has a value/],
  [`mongodb://host/?compressors=${SECRET}`, /one of its options has a value/],
  [`mongodb://host/?loadBalanced=true&replicaSet=${SECRET}`, /two that exclude each other/],
  [`mongodb://host/?tls=true&tlsCAFile=/nowhere/${SECRET}`, /a file that it names/],
])('%s is described without its value', async (uri, expected) => {
  const line = await faultOf(uri);
  expect(line).toMatch(expected);
  expect(line).toMatch(/^MONGODB_URI: .*[^.]$/);
  expect(line).not.toContain(SECRET);
});

/** What the driver throws when it has found no server: it keeps the last error of each. */
function selectionFault(uri: string, error: Error, cause?: object): string {
  const servers = new Map([['host:27017', { type: 'Unknown', error: Object.assign(error, cause && { cause }) }]]);
  return describeConnectionFault({ name: 'MongooseServerSelectionError', reason: { type: 'Unknown', servers } }, uri);
}

it.each([
  ['mongodb://host/?tls=true', 'socket disconnected', 'ECONNRESET', /TLS connection fails; perhaps/],
  ['mongodb+srv://host/', 'connection 1 to host closed', undefined, /TLS connection fails; perhaps/],
  ['mongodb://host/', 'connection 1 to host closed', undefined, /perhaps it demands TLS/],
  ['mongodb://host/', 'read', 'ECONNRESET', /perhaps it demands TLS/],
  ['mongodb://host/?tls=true', 'self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', /\(DEPTH_ZERO_SELF_/],
  ['mongodb://host/?tls=true', 'connect', 'ECONNREFUSED', /can be reached there \(ECONNREFUSED\)/],
  ['mongodb://host/', 'getaddrinfo', 'ENOTFOUND', /host name cannot be resolved \(ENOTFOUND\)/],
])('%s: no server because of %s, %s', (uri, message, code, expected) => {
  const cause = code === undefined ? undefined : Object.assign(new Error(message), { code });
  expect(selectionFault(uri, new mongoose.mongo.MongoNetworkError(message), cause)).toMatch(expected);
});

it.each([
  ['mongodb://a,,b/', true],
  ['mongodb://user:p,,w@a,b/', false],
  ['mongodb://a,b:27017/?x=,,', false],
  ['mongodb://a', false],
])('a list of hosts with an empty one is an address that is not understood: %s', (uri, isFault) => {
  expect(findAddressFault(uri) !== undefined).toBe(isFault);
});
