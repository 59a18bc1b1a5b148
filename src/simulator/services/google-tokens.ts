import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { SimulatorState } from '../state.js';
import type { Exchange } from '../transport/exchange.js';
import { drawDisturbance, react } from './responder.js';
import { retryAfterHeaders } from './retry-after.js';
import { jsonResponse, type ServiceResponse } from './service-response.js';

const AUDIENCES = ['https://oauth2.googleapis.com/token', 'https://www.googleapis.com/oauth2/v4/token'];
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPES = ['https://www.googleapis.com/auth/firebase.messaging', 'https://www.googleapis.com/auth/cloud-platform'];
const MAX_BODY_BYTES = 16_384;

/** "exp … a maximum of 1 hour after the issued time", with some tolerance for clocks. */
const MAX_ASSERTION_AGE = '65 minutes';

/** A service account's credentials, in the form of the JSON file that Google gives. */
export interface ServiceAccount {
  readonly type: 'service_account';
  readonly project_id: string;
  readonly client_email: string;
  readonly private_key: string;
  readonly token_uri: string;
}

/**
 * Google's OAuth 2.0 token endpoint for service accounts (developers.google.com, "Using OAuth 2.0 for
 * server to server applications"; RFC 7523 and, for errors, RFC 6749, section 5.2).
 */
export class GoogleTokens {
  private readonly publicKey: KeyObject;
  readonly account: ServiceAccount;
  /** Access tokens of an earlier generation are no longer accepted. */
  private generation = 0;

  constructor(
    private readonly state: SimulatorState,
    projectId: string,
  ) {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    this.publicKey = pair.publicKey;
    this.account = {
      type: 'service_account',
      project_id: projectId,
      client_email: `sender@${projectId}.iam.gserviceaccount.com`,
      private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      token_uri: AUDIENCES[0] ?? '',
    };
  }

  isTokenPath(path: string): boolean {
    return path === '/token' || path === '/oauth2/v4/token';
  }

  /** Rejects every access token that was issued so far, as if it had expired early. */
  expireAll(): void {
    this.generation += 1;
  }

  async receive(exchange: Exchange): Promise<void> {
    const settings = this.state.settings.of('oauth');
    const counters = this.state.countersOf('oauth');
    counters.requests += 1;
    const body = await exchange.readBody(MAX_BODY_BYTES);
    const unavailable = jsonResponse(503, { error: 'unavailable' }, retryAfterHeaders(settings));
    const error = jsonResponse(500, { error: 'internal_failure' });
    const disturbance = drawDisturbance(settings, { unavailable, error });
    await react(
      exchange,
      disturbance ?? (await this.issue(exchange.method, body.toString('utf8'))),
      settings,
      counters,
    );
  }

  /** Whether the access token of an Authorization header is one of ours and has not expired. */
  accepts(authorization: string | undefined): boolean {
    const [, generation, expires, code] = /^Bearer sim\.(\d+)\.(\d+)\.([\w-]+)$/.exec(authorization ?? '') ?? [];
    if (generation === undefined || expires === undefined) return false;
    const isCurrent = Number(generation) === this.generation && Number(expires) > Date.now() / 1_000;
    return isCurrent && code === this.sign(generation, expires);
  }

  private async issue(method: string, body: string): Promise<ServiceResponse> {
    if (method !== 'POST') return this.refuse('invalid_request', 'Only POST is allowed', 405);
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== GRANT_TYPE) return this.refuse('unsupported_grant_type', 'Invalid grant_type');
    try {
      const { payload } = await jwtVerify(form.get('assertion') ?? '', this.publicKey, {
        algorithms: ['RS256'],
        issuer: this.account.client_email,
        audience: AUDIENCES,
        requiredClaims: ['exp', 'iat', 'scope'],
        maxTokenAge: MAX_ASSERTION_AGE,
      });
      const scopes = String(payload.scope).split(' ');
      if (!scopes.some((scope) => SCOPES.includes(scope))) return this.refuse('invalid_scope', 'Invalid OAuth scope');
      return this.accept();
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      return this.refuse('invalid_grant', `Invalid JWT: ${error.message}`);
    }
  }

  private accept(): ServiceResponse {
    const counters = this.state.countersOf('oauth');
    counters.accepted += 1;
    const lifetime = this.state.settings.of('oauth').accessTokenSeconds;
    const [generation, expires] = [String(this.generation), String(Math.floor(Date.now() / 1_000) + lifetime)];
    const token = `sim.${generation}.${expires}.${this.sign(generation, expires)}`;
    return jsonResponse(200, { access_token: token, expires_in: lifetime, token_type: 'Bearer' });
  }

  private refuse(error: string, description: string, status = 400): ServiceResponse {
    this.state.countersOf('oauth').countFault(error);
    return jsonResponse(status, { error, error_description: description });
  }

  private sign(generation: string, expires: string): string {
    return createHmac('sha256', this.state.seed).update(`access ${generation} ${expires}`).digest('base64url');
  }
}
