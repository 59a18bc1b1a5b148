import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { Piscina } from 'piscina';
import type { PushServiceNames } from '../push-services/push-service-names.js';
import { PushServiceSender, type PushServiceSenderOptions, type SentCall } from './push-service-sender.js';
import { observePushes } from './push-times.js';
import type { SendOutcome } from './send-outcome.js';
import { UnknownKeyLog } from './unknown-key-log.js';
import { VapidRing } from './vapid-ring.js';
import { type WebPushCall, WebPushTransport } from './web-push-transport.js';

const THREAD = fileURLToPath(new URL('push-service.thread.js', import.meta.url));

/** More than the calls that a process has at once: a thread waits for push services most of the time. */
const CALLS_A_THREAD = 10_000;

interface Sender {
  send(call: WebPushCall): Promise<SentCall>;
  close(): Promise<void>;
}

/**
 * Sends through the browser vendors' push services. Most of a notification's cost is encryption, so calls are
 * divided among threads, each with connections of its own.
 */
@Injectable()
export class PushServiceTransport extends WebPushTransport {
  readonly state = 'up';
  private readonly sender: Sender;
  private readonly unknownKeys: UnknownKeyLog;

  /** @param threads with 1, everything runs in the calling thread. */
  constructor(
    options: PushServiceSenderOptions,
    threads: number,
    private readonly names: PushServiceNames,
  ) {
    super();
    this.sender = threads === 1 ? new PushServiceSender(options) : new SenderThreads(options, threads);
    // Here and not where it is sent: threads have no log of the process.
    this.unknownKeys = new UnknownKeyLog(new VapidRing(options.keys));
  }

  async send(call: WebPushCall): Promise<readonly SendOutcome[]> {
    this.unknownKeys.observe(call.recipients);
    const { outcomes, times } = await this.sender.send(call);
    observePushes(times, (origin) => this.names.name(origin));
    return outcomes;
  }

  /** Closes the connections after the requests that are in progress. */
  async onApplicationShutdown(): Promise<void> {
    await this.sender.close();
  }
}

/** A sender in each thread; a call goes to the thread with the fewest. */
class SenderThreads implements Sender {
  private readonly pool: Piscina<WebPushCall, SentCall>;

  constructor({ keys, concurrency: { min, max } }: PushServiceSenderOptions, threads: number) {
    const concurrency = { min: Math.ceil(min / threads), max: Math.ceil(max / threads) };
    this.pool = new Piscina({
      filename: THREAD,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: CALLS_A_THREAD,
      // A thread that waits for atomics could not receive responses meanwhile.
      atomics: 'disabled',
      recordTiming: false,
      workerData: { keys, concurrency } satisfies PushServiceSenderOptions,
    });
  }

  send(call: WebPushCall): Promise<SentCall> {
    return this.pool.run(call);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
