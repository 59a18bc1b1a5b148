/** Calls PushApi as a worker does, without MongoDB: as many calls at once, with as many contacts each. */
import { Pool } from 'undici';
import { readArgument, serveCommands } from '../child.js';
import { BODY, CLICK_LINK, trackingLinksOf, type Recipients, TITLE } from '../notification.js';

export interface PushApiLoadArgument {
  readonly url: string;
  readonly token: string;
  readonly callsAtOnce: number;
}

/** What to send; `send` without recipients sends to those of the last command that had some. */
export type PushApiLoadCommand = PushApiRecipients | 'send';

interface PushApiRecipients {
  readonly recipients: Recipients;
  readonly contactsACall: number;
}

export interface PushApiLoadResult {
  readonly seconds: number;
  readonly succeeded: number;
  /** Failures by their code. */
  readonly failures: Readonly<Record<string, number>>;
}

interface Response {
  readonly responses: readonly { readonly exception: { readonly messagingErrorCode: number } | null }[];
}

const TIMEOUT_MS = 60_000;

const argument = (await readArgument()) as PushApiLoadArgument;
const pool = new Pool(argument.url, { connections: argument.callsAtOnce, headersTimeout: TIMEOUT_MS });
const notification = { notificationTitle: TITLE, notificationBody: BODY, notificationOnClickLink: CLICK_LINK };

function toBodies({ recipients, contactsACall }: PushApiRecipients): string[] {
  if (recipients.kind === 'tokens') {
    return chunks(recipients.tokens, contactsACall).map((tokens) => JSON.stringify({ tokens, ...notification }));
  }
  const subscriptions = recipients.subscriptions.map(({ endpoint, keys: { p256dh, auth } }, index) => ({
    endpoint,
    p256DH: p256dh,
    auth,
    subscriptionExtraData: trackingLinksOf(index),
  }));
  return chunks(subscriptions, contactsACall).map((chunk) => JSON.stringify({ subscriptions: chunk, ...notification }));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

async function call(path: string, json: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${argument.token}` };
  const { statusCode, body } = await pool.request({ method: 'POST', path, headers, body: json });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`PushApi answered ${statusCode}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Response;
}

async function send(path: string, all: readonly string[]): Promise<PushApiLoadResult> {
  const bodies = all.values();
  const failures: Record<string, number> = {};
  let succeeded = 0;
  const count = ({ exception }: Response['responses'][number]): void => {
    if (exception === null) succeeded += 1;
    else failures[exception.messagingErrorCode] = (failures[exception.messagingErrorCode] ?? 0) + 1;
  };
  const started = performance.now();
  const sendNext = async (): Promise<void> => {
    for (const body of bodies) (await call(path, body)).responses.forEach(count);
  };
  await Promise.all(Array.from({ length: argument.callsAtOnce }, sendNext));
  return { seconds: (performance.now() - started) / 1_000, succeeded, failures };
}

let [path, bodies] = ['', [] as string[]];

serveCommands(null, (command: PushApiLoadCommand) => {
  if (command === 'send') return send(path, bodies);
  path = command.recipients.kind === 'tokens' ? '/message' : '/webpush';
  bodies = toBodies(command);
  return undefined;
});
