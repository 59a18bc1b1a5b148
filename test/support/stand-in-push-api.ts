import { setTimeout as sleep } from 'node:timers/promises';
import { faultyResponse } from './faulty-response.js';
import { type StandInResponse, type StandInRequest, startStandInServer } from './stand-in-server.js';
import { subscriptionResponder } from './stand-in-web-push.js';

export interface MessageCall {
  /** First segment of the path, for a PUSH_API_URL of `…/worker-1`; empty if there is none. */
  readonly via: string;
  readonly tokens: readonly string[];
  readonly notificationTitle: unknown;
  readonly notificationBody: unknown;
  readonly notificationOnClickLink: unknown;
  readonly imageUrl: unknown;
}

export interface SubscriptionOfCall {
  readonly endpoint: string;
  readonly p256DH: string;
  readonly auth: string;
  readonly subscriptionExtraData: {
    readonly clickedEventEndpoint: string | null;
    readonly receivedEventEndpoint: string | null;
    readonly actionEventEndpoints: Readonly<Record<string, string>> | null;
  };
}

/** A call of `POST /webpush`: its body and the time it arrived. */
export interface WebPushCall {
  readonly atMs: number;
  readonly subscriptions: readonly SubscriptionOfCall[];
  readonly notificationTitle: string;
  readonly notificationBody: string;
  readonly [name: string]: unknown;
}

/** A call of either kind, as the stand-in saw it. */
export interface SendCall {
  /** See `MessageCall.via`. */
  readonly via: string;
  readonly idempotencyKey: unknown;
  readonly title: unknown;
  /** Device tokens or endpoints. */
  readonly keys: readonly string[];
  /** Time at which its head had come. */
  readonly startedMs: number;
  /** Time at which the whole response was sent; undefined until then, and for a call that never got one. */
  respondedMs: number | undefined;
  /** The fault injected into this call. */
  fault: PushApiFault | undefined;
  /** The `keys` whose result was in the response; empty until it is sent. */
  told: ReadonlySet<string>;
}

/**
 * Faults that can be injected into a call. The recipients are sent to anyway, unless there is no response.
 */
export type PushApiFault =
  | `status-${201 | 307 | 400 | 401 | 403 | 404 | 413 | 429 | 500 | 503}`
  | 'hanging'
  | 'slow'
  | 'no-json'
  | 'json-of-another-shape'
  | 'cut-in-the-middle'
  | 'half-of-the-items'
  | 'contradictory-items'
  | 'items-in-another-order';

/** A local server with PushApi's HTTP contract. The name of a token determines its result, see `codeOf`. */
export interface StandInPushApi {
  readonly url: string;
  /** Every call of `POST /message`, including refused ones. */
  readonly messageCalls: readonly MessageCall[];
  /**
   * Every call of `POST /webpush`. The endpoint of a subscription determines its result, see
   * `stand-in-web-push.ts`.
   */
  readonly webPushCalls: readonly WebPushCall[];
  /** Calls of both kinds. */
  readonly calls: readonly SendCall[];
  /** Every token that was checked with `GET /devices/{token}`. */
  readonly deviceChecks: readonly string[];
  /** Number of calls without the bearer token. */
  readonly unauthorized: number;
  /**
   * Injects faults into the calls with this title. `faultOf` gets the number of the call among them, from 0.
   */
  breakCalls(title: string, faultOf: (number: number) => PushApiFault | undefined): void;
  /** Answers 413 to each call with this title that has a recipient for whom `isLarge` holds. */
  refuseCallsWith(title: string, isLarge: (key: string) => boolean): void;
  /** Runs before each response to `POST /webpush` with this title; `via`: see `MessageCall.via`. */
  beforeWebPushResponse(title: string, run: BeforeResponse): void;
  /** Runs before each response to `POST /message` with this title. */
  beforeMessageResponse(title: string, run: BeforeResponse): void;
  /** Runs before each response to `GET /devices/{token}` from now on. */
  beforeDeviceResponse(run: () => Promise<void>): void;
  stop(): Promise<void>;
}

type BeforeResponse = (via: string) => Promise<void>;

const PUSH_API_TOKEN = 'stand-in-secret';

const CODES: Readonly<Record<string, number>> = {
  'third-party': 0,
  argument: 1,
  internal: 2,
  sender: 4,
  unavailable: 5,
  unregistered: 6,
};

/**
 * Returns Firebase's code for a token by its prefix: `unregistered-…`, `argument-…`, and so on. `once-…`
 * fails once with 5. Any other token is delivered.
 */
export function codeOf(token: string): number | undefined {
  return CODES[/^([a-z]+(?:-party)?)-/.exec(token)?.[1] ?? ''];
}

export async function startStandInPushApi(latencyMs = 0): Promise<StandInPushApi> {
  const messageCalls: MessageCall[] = [];
  const webPushCalls: WebPushCall[] = [];
  const beforeWebPush = new Map<string, BeforeResponse>();
  const beforeMessage = new Map<unknown, BeforeResponse>();
  const respondToSubscription = subscriptionResponder();
  const deviceChecks: string[] = [];
  let beforeDevice = (): Promise<void> => Promise.resolve();
  const failedOnce = new Set<string>();
  const calls: SendCall[] = [];
  const numbers = new Map<unknown, number>();
  const faults = new Map<unknown, (number: number) => PushApiFault | undefined>();
  const large = new Map<unknown, (key: string) => boolean>();
  let unauthorized = 0;

  function begin({ headers, beganMs }: StandInRequest, via: string, title: unknown, keys: readonly string[]): SendCall {
    const number = numbers.get(title) ?? 0;
    numbers.set(title, number + 1);
    const call: SendCall = {
      via,
      idempotencyKey: headers['idempotency-key'],
      title,
      keys,
      startedMs: beganMs,
      respondedMs: undefined,
      fault: keys.some((key) => large.get(title)?.(key)) ? 'status-413' : faults.get(title)?.(number),
      told: new Set(),
    };
    calls.push(call);
    return call;
  }

  function respond(token: string): object {
    let code = codeOf(token);
    if (token.startsWith('once-') && !failedOnce.has(token)) {
      failedOnce.add(token);
      code = 5;
    }
    if (code === undefined) return { messageId: `sent-${token}`, isSuccess: true, deviceToken: token, exception: null };
    const exception = { messagingErrorCode: code, message: `Firebase says ${code}` };
    return { messageId: null, isSuccess: false, deviceToken: token, exception };
  }

  async function message(request: StandInRequest, via: string): Promise<StandInResponse> {
    const call = { ...(request.body as Omit<MessageCall, 'via'>), via };
    messageCalls.push(call);
    const seen = begin(request, via, call.notificationTitle, call.tokens);
    if (request.headers.authorization !== `Bearer ${PUSH_API_TOKEN}`) {
      unauthorized += 1;
      return { status: 401 };
    }
    await beforeMessage.get(call.notificationTitle)?.(via);
    await sleep(latencyMs);
    const responses = call.tokens.map(respond);
    return faultyResponse(seen, responses, (item) => (item as { deviceToken: string }).deviceToken);
  }

  async function webPush(request: StandInRequest, via: string): Promise<StandInResponse> {
    const call = { ...(request.body as Omit<WebPushCall, 'atMs'>), atMs: Date.now() } as WebPushCall;
    webPushCalls.push(call);
    const endpoints = call.subscriptions.map(({ endpoint }) => endpoint);
    const seen = begin(request, via, call.notificationTitle, endpoints);
    if (request.headers.authorization !== `Bearer ${PUSH_API_TOKEN}`) unauthorized += 1;
    await beforeWebPush.get(call.notificationTitle)?.(via);
    await sleep(latencyMs);
    // Callers must not rely on the order of results.
    const responses = call.subscriptions.flatMap(respondToSubscription).reverse();
    return faultyResponse(
      seen,
      responses,
      (item) => (item as { subscription: SubscriptionOfCall }).subscription.endpoint,
    );
  }

  const server = await startStandInServer(async (request) => {
    const [, via = '', send] = /^(?:\/([\w-]+))?\/(message|webpush)$/.exec(request.path) ?? [];
    if (request.method === 'POST' && send === 'message') return message(request, via);
    if (request.method === 'POST' && send === 'webpush') return webPush(request, via);
    const token = /^\/devices\/(.+)$/.exec(request.path)?.[1];
    if (request.method !== 'GET' || token === undefined) return { status: 404 };
    const decoded = decodeURIComponent(token);
    deviceChecks.push(decoded);
    await beforeDevice();
    return { status: 200, body: { token: decoded, isValid: !decoded.startsWith('invalid-') } };
  });

  return {
    url: server.url,
    messageCalls,
    webPushCalls,
    calls,
    deviceChecks,
    get unauthorized() {
      return unauthorized;
    },
    breakCalls(title, faultOf) {
      faults.set(title, faultOf);
    },
    refuseCallsWith(title, isLarge) {
      large.set(title, isLarge);
    },
    beforeWebPushResponse(title, run) {
      beforeWebPush.set(title, run);
    },
    beforeMessageResponse(title, run) {
      beforeMessage.set(title, run);
    },
    beforeDeviceResponse(run) {
      beforeDevice = run;
    },
    stop: () => server.stop(),
  };
}
