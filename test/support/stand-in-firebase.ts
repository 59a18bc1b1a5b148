import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jwtVerify } from 'jose';
import { generate } from 'selfsigned';

const PRELOAD = fileURLToPath(new URL('redirect-google.mjs', import.meta.url));
const CLIENT_EMAIL = 'sender@stand-in.iam.gserviceaccount.com';
const ACCESS_TOKEN = 'stand-in-access-token';

/** Firebase's answers by a token's name, in FCM's v1 form (firebase.google.com, "FCM Error Codes"). */
const ERRORS: Readonly<Record<string, readonly [status: number, code: string, errorCode?: string]>> = {
  unregistered: [404, 'NOT_FOUND', 'UNREGISTERED'],
  argument: [400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
  quota: [429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'],
  sender: [403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH'],
  'third-party': [401, 'UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR'],
  internal: [500, 'INTERNAL', 'INTERNAL'],
  unavailable: [503, 'UNAVAILABLE', 'UNAVAILABLE'],
};

export interface SentToFirebase {
  readonly message: { readonly token: string } & Record<string, unknown>;
  readonly validate_only?: boolean;
}

/** FCM's v1 API and Google's token endpoint, played locally over TLS; each checks what it is shown. */
export interface StandInFirebase {
  readonly sent: readonly SentToFirebase[];
  readonly tokensIssued: number;
  readonly faults: readonly string[];
  /** What a process of the product needs to send to this Firebase. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on no access token is issued. */
  refuseTokens(): void;
  stop(): Promise<void>;
}

export async function startStandInFirebase(projectId: string): Promise<StandInFirebase> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-firebase-'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = await certificateOfGoogle();
  const sent: SentToFirebase[] = [];
  const faults: string[] = [];
  let tokensIssued = 0;
  let refusesTokens = false;

  async function issueToken(body: string): Promise<[number, object]> {
    const form = new URLSearchParams(body);
    const { payload } = await jwtVerify(form.get('assertion') ?? '', createPublicKey(privateKey));
    if (payload.iss !== CLIENT_EMAIL) throw new Error('issuer');
    if (!String(payload.scope).includes('firebase.messaging')) throw new Error('scope');
    if (refusesTokens) return [503, { error: 'unavailable' }];
    tokensIssued += 1;
    return [200, { access_token: ACCESS_TOKEN, expires_in: 3_600, token_type: 'Bearer' }];
  }

  function send({ headers }: IncomingMessage, body: string): [number, object] {
    if (headers.authorization !== `Bearer ${ACCESS_TOKEN}`) throw new Error('no access token');
    const request = JSON.parse(body) as SentToFirebase;
    sent.push(request);
    const { token } = request.message;
    const error = Object.entries(ERRORS).find(([name]) => token.startsWith(name))?.[1];
    if (error === undefined) return [200, { name: `projects/${projectId}/messages/${token}` }];
    const [code, status, errorCode] = error;
    const details = [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }];
    return [code, { error: { code, status, message: `Firebase says ${status}`, details } }];
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const route = `${request.method ?? ''} ${request.headers.host ?? ''}${request.url ?? ''}`;
    const [status, answer] = await (route === 'POST oauth2.googleapis.com/token'
      ? issueToken(body)
      : route === `POST fcm.googleapis.com/v1/projects/${projectId}/messages:send`
        ? send(request, body)
        : Promise.reject(new Error(route)));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  const server = createServer(certificate, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      faults.push(String(error));
      response.writeHead(400).end();
    });
  });
  // A test that fails before it stops the server shall end all the same.
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const credentials = join(folder, 'service-account.json');
  const authority = join(folder, 'google.pem');
  await writeFile(
    credentials,
    JSON.stringify({
      type: 'service_account',
      project_id: projectId,
      client_email: CLIENT_EMAIL,
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    }),
  );
  await writeFile(authority, certificate.cert);

  return {
    sent,
    faults,
    get tokensIssued() {
      return tokensIssued;
    },
    environment: {
      FIREBASE_CREDENTIALS_FILE: credentials,
      NODE_OPTIONS: `--import=${PRELOAD}`,
      NODE_EXTRA_CA_CERTS: authority,
      STAND_IN_GOOGLE_PORT: String((server.address() as AddressInfo).port),
    },
    refuseTokens() {
      refusesTokens = true;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function certificateOfGoogle(): Promise<{ key: string; cert: string }> {
  const hosts = ['fcm.googleapis.com', 'oauth2.googleapis.com'];
  const { private: key, cert } = await generate([{ name: 'commonName', value: hosts[0] ?? '' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
    ],
  });
  return { key, cert };
}
