import { generate } from 'selfsigned';

/** Names that the simulator stands for; a `*` is one label (RFC 9525, section 6.3). */
const NAMES = [
  'localhost',
  'fcm.googleapis.com',
  'jmt17.google.com',
  'oauth2.googleapis.com',
  'www.googleapis.com',
  '*.push.services.mozilla.com',
  '*.notify.windows.com',
  '*.push.apple.com',
];

/**
 * Makes a certificate for the services' names, `localhost` and 127.0.0.1, which signs itself. Its key is kept
 * in memory only: whoever trusts the certificate trusts this process alone.
 */
export async function createCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const altNames = [...NAMES.map((value) => ({ type: 2 as const, value })), { type: 7 as const, ip: '127.0.0.1' }];
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'push-service simulator' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { key, cert };
}
