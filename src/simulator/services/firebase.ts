import { isRecord } from '../../core/validation/is-record.js';
import { withoutCredentials } from '../messages.js';
import type { SimulatorState } from '../state.js';
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
const DEVICE_TOKEN = /^sim:APA91b([\w-]+)$/;

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
  constructor(
    private readonly state: SimulatorState,
    private readonly tokens: GoogleTokens,
  ) {}

  isSendPath(path: string): boolean {
    return PATH.test(path);
  }

  /** A registration token for a device of this project. */
  createDeviceToken(content: EndpointToken): string {
    return `sim:APA91b${this.state.tokens.create('firebase', content)}`;
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
    const [, content = ''] = DEVICE_TOKEN.exec(String(request.message.token)) ?? [];
    const device = this.state.tokens.read('firebase', content);
    if (device === undefined) return { reaction: this.fault('argument') };
    const refusal = this.refuse(device);
    return refusal === undefined ? this.send(exchange, request, device, body) : { reaction: refusal };
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
  if (typeof message.token !== 'string' || message.token === '') {
    return firebaseFieldError('message', 'Recipient of the message is not set.');
  }
  const { notification } = message;
  if (notification !== undefined && !isRecord(notification)) {
    return firebaseFieldError('message.notification', "Invalid value at 'message.notification'");
  }
  return { message, validateOnly: (snake ?? camel) === true };
}

/** The message without its recipient: "4096 bytes for most messages" (firebase.google.com, "ErrorCode"). */
function messageBytes({ token, ...content }: Readonly<Record<string, unknown>>): number {
  return typeof token === 'string' ? Buffer.byteLength(JSON.stringify(content)) : 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
