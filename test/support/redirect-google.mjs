import tls from 'node:tls';

/**
 * Loaded into a process of the product (`node --import`): its TLS connections to Google's hosts go to the port of this machine
 * that STAND_IN_GOOGLE_PORT names. The SDK's addresses cannot be set; so all of it but the far end is the real thing.
 */
const GOOGLE = new Set(['fcm.googleapis.com', 'oauth2.googleapis.com', 'www.googleapis.com']);
const port = Number(process.env.STAND_IN_GOOGLE_PORT);
const connect = tls.connect;

tls.connect = (...args) => {
  const [first, second] = args;
  const isOptions = typeof first === 'object';
  const host = isOptions ? first.host : second;
  if (!GOOGLE.has(host)) return connect(...args);
  const rest = args.filter((arg) => typeof arg === 'object' || typeof arg === 'function');
  const options = rest.find((arg) => typeof arg === 'object') ?? {};
  const callback = rest.find((arg) => typeof arg === 'function');
  return connect({ ...options, host: '127.0.0.1', port, servername: host }, callback);
};
