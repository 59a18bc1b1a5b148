import { isRecord } from '../../core/validation/is-record.js';
import { withoutCredentials } from '../messages.js';
import type { SimulatorState } from '../state.js';
import { InstallationIds } from '../subscriptions/installation-ids.js';
import type { EndpointToken } from '../subscriptions/endpoint-tokens.js';
import type { Exchange } from '../transport/exchange.js';
import { firebaseError, firebaseFieldError, type FirebaseErrorName, isFirebaseErrorName } from './firebase-errors.js';
import type { GoogleTokens } from './google-tokens.js';
import { drawDisturbance, losesResponse, react, type Reaction } from './responder.js';
import { retryAfterHeaders } from './retry-after.js';
import { jsonResponse, type ServiceResponse } from './service-response.js';

const PATH = /^\/v1\/projects\/([^/]+)\/messages:send$/;
const MAX_READ_BYTES = 65_536;

/** A registration token: an instance's id, and what belongs to the project. */
const DEVICE_TOKEN = /^[\w-]+:APA91b([\w-]+)$/;

/**
 * The forms of a device token: `token` has the id of no installation; `fid` is an installation id, and
 * `fid-token` a token that begins with one. A `moved-token` is one whose page has registered its browser by
 * the id since, by which alone it is reached.
 */
export const DEVICE_TOKEN_FORMS = ['token', 'fid', 'fid-token', 'moved-token'] as const;

export type DeviceTokenForm = (typeof DEVICE_TOKEN_FORMS)[number];

interface SendRequest {
  readonly message: Readonly<Record<string, unknown>>;
  readonly validateOnly: boolean;
}

interface Decision {
  readonly reaction: Reaction;
  /** The device that got the message. */
  readonly deliveredTo?: number;
}

/** FCM's HTTP v1 API, `projects.messages.send` (firebase.google.com, "REST Resource: projects.messages"). */
export class Firebase {
  private readonly installations: InstallationIds;

  constructor(
    private readonly state: SimulatorState,
    private readonly tokens: GoogleTokens,
  ) {
    this.installations = new InstallationIds(state.tokens);
  }

  isSendPath(path: string): boolean {
    return PATH.test(path);
  }

  /** A registration token, or an installation id, of a device of this project. */
  createDeviceToken(content: EndpointToken, form: DeviceTokenForm = 'token'): string {
    const id = form === 'token' ? 'sim' : this.installations.create(content);
    if (form === 'fid') return id;
    const behaviour = form === 'moved-token' ? 'unregistered' : content.behaviour;
    return `${id}:APA91b${this.state.tokens.create('firebase', { ...content, behaviour })}`;
  }

  async receive(exchange: Exchange): Promise<void> {
    const settings = this.state.settings.of('firebase');
    const counters = this.state.countersOf('firebase');
    counters.requests += 1;
    const body = await exchange.readBody(MAX_READ_BYTES);
    const unavailable = firebaseError('unavailable', retryAfterHeaders(settings));
    const disturbance = drawDisturbance(settings, { unavailable, error: firebaseError('internal') });
    const { reaction, deliveredTo } =
      disturbance === undefined ? this.decide(exchange, body) : { reaction: disturbance };
    const isAnswered = await react(exchange, reaction, settings, counters);
    if (!isAnswered && deliveredTo !== undefined) counters.countUnanswered(deliveredTo);
  }

  private decide(exchange: Exchange, body: Buffer): Decision {
    const refused = this.checkSender(exchange);
    if (refused !== undefined) return { reaction: this.fault(refused) };
    const request = parseRequest(body);
    if ('status' in request) {
      this.state.countersOf('firebase').countFault('bad-request');
      return { reaction: request };
    }
    if (messageBytes(request.message) > this.state.settings.of('firebase').maxBodyBytes) {
      return { reaction: this.fault('too-large') };
    }
    const device = this.readDevice(request.message);
    if (device === undefined) return { reaction: this.fault('argument') };
    const refusal = this.refuse(device);
    return refusal === undefined ? this.send(exchange, request, device, body) : { reaction: refusal };
  }

  /** The field `token` takes installation ids too, for now (firebase-android-sdk#8316); `fid` no tokens. */
  private readDevice({ fid, token }: SendRequest['message']): EndpointToken | undefined {
    if (typeof fid === 'string') return this.installations.read(fid);
    if (typeof token !== 'string') return undefined;
    const [, content = ''] = DEVICE_TOKEN.exec(token) ?? [];
    return this.state.tokens.read('firebase', content) ?? this.installations.read(token);
  }

  private checkSender({ method, path, headers }: Exchange): FirebaseErrorName | undefined {
    if (!this.tokens.accepts(headers.authorization)) return 'no-access-token';
    const [, project] = PATH.exec(path) ?? [];
    return method === 'POST' && project === this.tokens.account.project_id ? undefined : 'no-project';
  }

  /** How settings and the device's behaviour refuse a correct message; undefined when it is accepted. */
  private refuse(device: EndpointToken): Reaction | undefined {
    const settings = this.state.settings.of('firebase');
    if (this.state.tokens.isDead('firebase', device.index, settings.deadShare)) return firebaseError('unregistered');
    const waitSeconds = this.countForRateLimit(device);
    if (waitSeconds !== undefined) return firebaseError('quota', retryAfterHeaders(settings, waitSeconds));
    const { behaviour } = device;
    if (behaviour === 'hang') return 'hang';
    if (behaviour === 'reset') return 'break';
    return isFirebaseErrorName(behaviour) ? firebaseError(behaviour) : undefined;
  }

  private send(exchange: Exchange, request: SendRequest, { index }: EndpointToken, body: Buffer): Decision {
    const settings = this.state.settings.of('firebase');
    const counters = this.state.countersOf('firebase');
    if (Math.random() < settings.decryptShare) this.keep(exchange, index, body);
    if (request.validateOnly) counters.validated += 1;
    else counters.countDelivery(index);
    const name = `projects/${this.tokens.account.project_id}/messages/${request.validateOnly ? 'fake_message_id' : index}`;
    const reaction = losesResponse(settings) ? 'break' : jsonResponse(200, { name });
    return request.validateOnly ? { reaction } : { reaction, deliveredTo: index };
  }

  private keep({ protocol, headers }: Exchange, index: number, body: Buffer): void {
    const [shown, text] = [withoutCredentials(headers), body.toString('utf8')];
    this.state.messages.add({ service: 'firebase', index, protocol, headers: shown, bodyBytes: body.length, text });
  }

  /** FCM's quota is a project's; `rateLimitBy` can choose the sites or devices of it. */
  private countForRateLimit({ index, site }: EndpointToken): number | undefined {
    const settings = this.state.settings.of('firebase');
    if (settings.rateLimitPerMinute === 0) return undefined;
    const sender = { key: '', site, endpoint: String(index) }[settings.rateLimitBy];
    return this.state.rateLimits.count(`firebase ${sender}`, settings);
  }

  private fault(name: FirebaseErrorName): ServiceResponse {
    this.state.countersOf('firebase').countFault(name);
    return firebaseError(name);
  }
}

/** Parses a request; returns the error for one that is malformed. */
function parseRequest(body: Buffer): SendRequest | ServiceResponse {
  const json = parseJson(body.toString('utf8'));
  if (!isRecord(json)) return firebaseFieldError('', 'Invalid JSON payload received.');
  const { message, validate_only: snake, validateOnly: camel } = json;
  if (!isRecord(message)) return firebaseFieldError('message', 'Message is required.');
  const targets = [message.fid, message.token].filter((target) => target !== undefined);
  // The fields are one `union` (firebase.google.com, "REST Resource: projects.messages").
  if (targets.length > 1) return firebaseFieldError('message', 'Exactly one of fid, token must be specified.');
  if (typeof targets[0] !== 'string' || targets[0] === '') {
    return firebaseFieldError('message', 'Recipient of the message is not set.');
  }
  const { notification } = message;
  if (notification !== undefined && !isRecord(notification)) {
    return firebaseFieldError('message.notification', "Invalid value at 'message.notification'");
  }
  return { message, validateOnly: (snake ?? camel) === true };
}

/** The message without its recipient: "4096 bytes for most messages" (firebase.google.com, "ErrorCode"). */
function messageBytes(message: Readonly<Record<string, unknown>>): number {
  const content = { ...message, token: undefined, fid: undefined };
  return Buffer.byteLength(JSON.stringify(content));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
