import { workerData } from 'node:worker_threads';
import { PushServiceSender, type PushServiceSenderOptions, type SentCall } from './push-service-sender.js';
import type { WebPushCall } from './web-push-transport.js';

const sender = new PushServiceSender(workerData as PushServiceSenderOptions);

/** Runs in a thread of the pool that PushServiceTransport has. */
export default function send(call: WebPushCall): Promise<SentCall> {
  return sender.send(call);
}
