/** Web Push encryption on one core: the floor with `node:crypto` alone, or the product's function. */
import { createECDH, randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { readArgument, serveCommands } from '../child.js';
import { type EncryptionTarget, encryptByNode, type WebPushKeys } from '../web-push-floor.js';

export interface EncryptionArgument {
  /** The product's function; the floor if undefined. */
  readonly target: EncryptionTarget | undefined;
}

export interface EncryptionCommand {
  readonly seconds: number;
}

export interface EncryptionResult {
  readonly encryptions: number;
  readonly seconds: number;
  /** Bytes of the last message. */
  readonly size: number;
}

type Encrypt = (keys: WebPushKeys, payload: Buffer) => Buffer | Promise<Buffer>;

/** The typical size of a notification with its tracking links. */
const PAYLOAD_BYTES = 1_000;
const RECEIVERS = 200;

const { target } = (await readArgument()) as EncryptionArgument;
const encrypt = target === undefined ? encryptByNode : await load(target);
const receivers = Array.from({ length: RECEIVERS }, newReceiver);
const payload = randomBytes(PAYLOAD_BYTES / 2).toString('hex');

async function load({ file, name }: EncryptionTarget): Promise<Encrypt> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, Encrypt | undefined>;
  const loaded = module[name];
  if (loaded === undefined) throw new Error(`${file} exports no ${name}`);
  return loaded;
}

function newReceiver(): WebPushKeys {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return { p256dh: ecdh.getPublicKey().toString('base64url'), auth: randomBytes(16).toString('base64url') };
}

async function run({ seconds }: EncryptionCommand): Promise<EncryptionResult> {
  const body = Buffer.from(payload);
  const started = performance.now();
  let encryptions = 0;
  let size = 0;
  while (performance.now() - started < seconds * 1_000) {
    for (const keys of receivers) size = (await encrypt(keys, body)).length;
    encryptions += receivers.length;
  }
  return { encryptions, seconds: (performance.now() - started) / 1_000, size };
}

serveCommands(null, run);
