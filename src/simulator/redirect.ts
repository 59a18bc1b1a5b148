import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';

/**
 * Preloaded into a Node.js process (`node --import`), it sends TLS connections for the services' hosts to the
 * simulator on the local port SIMULATOR_PORT. Names, ports, certificates' names and headers stay what they
 * are, so everything but the server is the real code.
 */
const HOSTS = [
  /^(?:fcm|oauth2|www)\.googleapis\.com$/,
  /^jmt17\.google\.com$/,
  /^[\w-]+\.(?:push\.services\.mozilla|notify\.windows|push\.apple)\.com$/,
];

// eslint-disable-next-line no-restricted-properties -- loaded into another program
const port = Number(process.env.SIMULATOR_PORT);
const connect = tls.connect.bind(tls);

/** Has the forms of `tls.connect`: options, or a port with or without a host, then options; a callback. */
function redirected(...args: unknown[]): tls.TLSSocket {
  const options = args.find((arg): arg is tls.ConnectionOptions => typeof arg === 'object' && arg !== null) ?? {};
  const callback = args.find((arg): arg is () => void => typeof arg === 'function');
  const host = typeof args[1] === 'string' ? args[1] : options.host;
  const given = typeof args[0] === 'number' ? { port: args[0], host: host ?? 'localhost' } : {};
  const target =
    host !== undefined && HOSTS.some((pattern) => pattern.test(host))
      ? { host: '127.0.0.1', port, servername: host }
      : {};
  return connect({ ...options, ...given, ...target }, callback);
}

tls.connect = redirected;
// Modules that import the name alone would keep the other function.
syncBuiltinESMExports();
