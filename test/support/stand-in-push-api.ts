import { setTimeout as sleep } from 'node:timers/promises';
import { faultyAnswer } from './faulty-answer.js';
import { type StandInAnswer, type StandInRequest, startStandInServer } from './stand-in-server.js';
import { subscriptionResponder } from './stand-in-web-push.js';

export interface MessageCall {
  /** The first part of the path, for a PUSH_API_URL of `…/worker-1`; empty without. */
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

/** A call of `POST /webpush`: its body, and when it came. */
export interface WebPushCall {
  readonly atMs: number;
  readonly subscriptions: readonly SubscriptionOfCall[];
  readonly notificationTitle: string;
  readonly notificationBody: string;
  readonly [name: string]: unknown;
}

/** A call of either kind as the stand-in saw it. */
export interface SendCall {
  /** As of a MessageCall. */
  readonly via: string;
  readonly title: unknown;
  /** Device tokens or endpoints. */
  readonly keys: readonly string[];
  readonly startedMs: number;
  /** When the whole answer had left; undefined until then, and for a call that never got one. */
  answeredMs: number | undefined;
  /** What went wrong with this call on purpose. */
  fault: PushApiFault | undefined;
  /** For which of `keys` the answer told the outcome; empty until it has left. */
  told: ReadonlySet<string>;
}

/** What can be wrong with the answer to a call; the contacts are sent to nevertheless, where there is an answer. */
export type PushApiFault =
  | 'status-500'
  | 'hanging'
  | 'slow'
  | 'no-json'
  | 'json-of-another-shape'
  | 'cut-in-the-middle'
  | 'half-of-the-items'
  | 'contradictory-items'
  | 'items-in-another-order';

/** PushApi's HTTP contract, played locally. What becomes of a token is in its name, see `codeOf`. */
export interface StandInPushApi {
  readonly url: string;
  /** Every call of `POST /message`, refused ones included. */
  readonly messageCalls: readonly MessageCall[];
  /** Every call of `POST /webpush`. What becomes of a subscription is in its endpoint, see `stand-in-web-push.ts`. */
  readonly webPushCalls: readonly WebPushCall[];
  /** Every call of both kinds. */
  readonly calls: readonly SendCall[];
  /** Every token that was asked for by `GET /devices/{token}`. */
  readonly deviceChecks: readonly string[];
  /** How many calls came without the bearer token. */
  readonly unauthorized: number;
  /** Lets calls with this title go wrong: `faultOf` gets the number of the call among those with the title, from 0. */
  breakCalls(title: string, faultOf: (number: number) => PushApiFault | undefined): void;
  /** Runs before each call of `POST /webpush` with this title is answered. */
  beforeWebPushAnswer(title: string, run: (call: WebPushCall) => Promise<void>): void;
  /** Runs before each call of `POST /message` with this title is answered. */
  beforeMessageAnswer(title: string, run: () => Promise<void>): void;
  stop(): Promise<void>;
}

const PUSH_API_TOKEN = 'stand-in-secret';

const CODES: Readonly<Record<string, number>> = {
  'third-party': 0,
  argument: 1,
  internal: 2,
  sender: 4,
  unregistered: 6,
};

/** Firebase's code for a token: `unregistered-…`, `argument-…`, …; any other is delivered. `once-…` fails one time with 5. */
export function codeOf(token: string): number | undefined {
  return CODES[/^([a-z]+(?:-party)?)-/.exec(token)?.[1] ?? ''];
}

export async function startStandInPushApi(latencyMs = 0): Promise<StandInPushApi> {
  const messageCalls: MessageCall[] = [];
  const webPushCalls: WebPushCall[] = [];
  const beforeWebPush = new Map<string, (call: WebPushCall) => Promise<void>>();
  const beforeMessage = new Map<unknown, () => Promise<void>>();
  const respondToSubscription = subscriptionResponder();
  const deviceChecks: string[] = [];
  const failedOnce = new Set<string>();
  const calls: SendCall[] = [];
  const numbers = new Map<unknown, number>();
  const faults = new Map<unknown, (number: number) => PushApiFault | undefined>();
  let unauthorized = 0;

  function begin(via: string, title: unknown, keys: readonly string[]): SendCall {
    const number = numbers.get(title) ?? 0;
    numbers.set(title, number + 1);
    const call: SendCall = {
      via,
      title,
      keys,
      startedMs: Date.now(),
      answeredMs: undefined,
      fault: faults.get(title)?.(number),
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

  async function message({ headers, body }: StandInRequest, via: string): Promise<StandInAnswer> {
    const call = { ...(body as Omit<MessageCall, 'via'>), via };
    messageCalls.push(call);
    const seen = begin(via, call.notificationTitle, call.tokens);
    if (headers.authorization !== `Bearer ${PUSH_API_TOKEN}`) {
      unauthorized += 1;
      return { status: 401 };
    }
    await beforeMessage.get(call.notificationTitle)?.();
    await sleep(latencyMs);
    const responses = call.tokens.map(respond);
    return faultyAnswer(seen, responses, (item) => (item as { deviceToken: string }).deviceToken);
  }

  async function webPush({ headers, body }: StandInRequest, via: string): Promise<StandInAnswer> {
    const call = { ...(body as Omit<WebPushCall, 'atMs'>), atMs: Date.now() } as WebPushCall;
    webPushCalls.push(call);
    const endpoints = call.subscriptions.map(({ endpoint }) => endpoint);
    const seen = begin(via, call.notificationTitle, endpoints);
    if (headers.authorization !== `Bearer ${PUSH_API_TOKEN}`) unauthorized += 1;
    await beforeWebPush.get(call.notificationTitle)?.(call);
    await sleep(latencyMs);
    // Nobody may rely on the order of the answers.
    const responses = call.subscriptions.flatMap(respondToSubscription).reverse();
    return faultyAnswer(
      seen,
      responses,
      (item) => (item as { subscription: SubscriptionOfCall }).subscription.endpoint,
    );
  }

  const server = await startStandInServer((request) => {
    const [, via = '', send] = /^(?:\/([\w-]+))?\/(message|webpush)$/.exec(request.path) ?? [];
    if (request.method === 'POST' && send === 'message') return message(request, via);
    if (request.method === 'POST' && send === 'webpush') return webPush(request, via);
    const token = /^\/devices\/(.+)$/.exec(request.path)?.[1];
    if (request.method !== 'GET' || token === undefined) return { status: 404 };
    const decoded = decodeURIComponent(token);
    deviceChecks.push(decoded);
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
    beforeWebPushAnswer(title, run) {
      beforeWebPush.set(title, run);
    },
    beforeMessageAnswer(title, run) {
      beforeMessage.set(title, run);
    },
    stop: () => server.stop(),
  };
}
