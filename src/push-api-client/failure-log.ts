import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { logFields } from '../core/process/log-fields.js';
import { EXPIRED, type FailureReason, NO_SERVICE, PUSH_API, WRONG_KEY } from './failure-reason.js';

const MINUTE_MS = 60_000;

/** Causes that are counted at once; further ones are left to the metrics. */
const MAX_CAUSES = 200;

/** Messages of a minute that are told apart; a line names one, and how many more there are. */
const MAX_MESSAGES = 1_000;

/** What failed of one message, or of none: a device token that was to be checked. */
export interface Failures {
  readonly reason: FailureReason;
  readonly messageId: string | null;
  readonly count: number;
}

interface Minute {
  readonly reason: FailureReason;
  readonly timer: NodeJS.Timeout;
  readonly messages: Set<string>;
  count: number;
}

/**
 * Logs failed sends: a line when a cause first occurs at a push service, then one a minute with what came
 * since, until a minute passes without it. Names neither endpoints nor tokens.
 */
@Injectable()
export class FailureLog implements OnApplicationShutdown {
  private readonly logger = new Logger('Sending');
  private readonly minutes = new Map<string, Minute>();

  add({ reason, messageId, count }: Failures): void {
    const key = `${reason.service} ${reason.status} ${reason.code}`;
    const minute = this.minutes.get(key);
    if (minute === undefined) {
      this.begin(key, { reason, messageId, count });
      return;
    }
    minute.count += count;
    if (messageId !== null && minute.messages.size < MAX_MESSAGES) minute.messages.add(messageId);
  }

  /** Says what the minute that ends with the process has counted. */
  onApplicationShutdown(): void {
    for (const minute of this.minutes.values()) {
      clearInterval(minute.timer);
      this.tellMinute(minute);
    }
    this.minutes.clear();
  }

  private begin(key: string, { reason, messageId, count }: Failures): void {
    if (this.minutes.size >= MAX_CAUSES) return;
    const timer = setInterval(() => {
      this.end(key);
    }, MINUTE_MS).unref();
    this.minutes.set(key, { reason, timer, messages: new Set(), count: 0 });
    this.tell(reason, describeCount(count, messageId), messageId);
  }

  private end(key: string): void {
    const minute = this.minutes.get(key);
    if (minute === undefined) return;
    this.tellMinute(minute);
    if (minute.count === 0) {
      clearInterval(minute.timer);
      this.minutes.delete(key);
    }
    minute.count = 0;
    minute.messages.clear();
  }

  private tellMinute({ reason, count, messages }: Minute): void {
    if (count === 0) return;
    const [first = null] = messages;
    const others = messages.size > 1 ? ` and ${messages.size - 1} more` : '';
    this.tell(reason, `in the last minute ${describeCount(count, first)}${others}`, first);
  }

  private tell({ service, status, code }: FailureReason, what: string, messageId: string | null): void {
    const fields = logFields({ messageId });
    if (code === EXPIRED) {
      this.logger.warn(`Not sent before the time to live ended: ${what}`, fields);
      return;
    }
    const cause = status === null ? code : `${status} ${code}`;
    if (service === NO_SERVICE) {
      this.logger.warn(`Not sent (${cause}): ${what}`, fields);
      return;
    }
    if (service !== PUSH_API) {
      const line = `${service} answered ${cause}: ${what}`;
      if (code === WRONG_KEY) this.logger.warn(`${line}. ${WRONG_KEY_ADVICE}`, fields);
      else if (GONE.has(code)) this.logger.log(line, fields);
      else this.logger.warn(line, fields);
      return;
    }
    const advice = ADVICE[code];
    if (advice === undefined) this.logger.warn(`Calls to PushApi fail (${cause}): ${what}`, fields);
    else this.logger.error(`PushApi refuses this process (${cause}): ${what}. ${advice}`, fields);
  }
}

/** Contacts that are pruned: no fault of anybody. */
const GONE: ReadonlySet<string> = new Set(['gone', 'unregistered']);

const WRONG_KEY_ADVICE =
  'None of them is pruned; they get nothing until PushApi has the VAPID key that they subscribed with';

const ADVICE: Readonly<Record<string, string>> = {
  unauthorized: 'Nothing is sent until PUSH_API_TOKEN of this process is the token that PushApi expects',
  forbidden: 'Nothing is sent until PushApi grants the owner of PUSH_API_TOKEN the right to send',
};

function describeCount(count: number, messageId: string | null): string {
  if (messageId === null) return `${count} checks of device tokens`;
  return `${count} contacts of message ${messageId}`;
}
