import { Injectable } from '@nestjs/common';
import { toStatusLabel } from '../core/metrics/label-sets.js';
import { pushApiRequestSeconds, sendResults, testSends } from '../core/metrics/sending.metrics.js';
import { FailureLog } from './failure-log.js';
import {
  callFailure,
  EXPIRED,
  FIREBASE,
  type FailureReason,
  INCOMPLETE,
  LONG_LINK,
  nameReason,
  NO_SERVICE,
  statusFailure,
} from './failure-reason.js';
import type { NoResponse, PushApiResponse } from './push-api-connections.js';
import { PushApiState } from './push-api-state.js';
import type { SendResult } from './send-result.js';

type PushApiPath = '/devices' | '/message' | '/webpush';

/** Lets every call to PushApi be seen: in the log, the metrics and the readiness of this process. */
@Injectable()
export class SendObserver {
  constructor(
    private readonly log: FailureLog,
    private readonly state: PushApiState,
  ) {}

  /** Measures a request; the pool's queue is a part of its time. */
  async measure<R extends PushApiResponse | NoResponse>(path: PushApiPath, request: Promise<R>): Promise<R> {
    const beganMs = performance.now();
    const response = await request;
    const seconds = (performance.now() - beganMs) / 1_000;
    pushApiRequestSeconds.observe({ path, status: toStatusLabel(response.status) }, seconds);
    return response;
  }

  /** Observes the call of a route; resolves what failed with it as a whole. */
  observeCall(route: string, response: PushApiResponse | NoResponse, isComplete: boolean): FailureReason | undefined {
    const failure = findFailure(response, isComplete);
    this.state.observe(route, failure);
    return failure;
  }

  /** Observes a device token that could not be checked. */
  observeFailedCheck(reason: FailureReason): void {
    count(reason, 1);
    this.log.add({ reason, messageId: null, count: 1 });
  }

  /** Observes contacts that are sent to no more, because the message's time to live is over. */
  observeExpired(messageId: string, contacts: number): void {
    this.observeUnsent({ service: NO_SERVICE, status: null, code: EXPIRED }, messageId, contacts);
  }

  /** Observes contacts that cannot be sent to, because their fields make a link too long. */
  observeLongLinks(messageId: string, contacts: number): void {
    this.observeUnsent(LONG_LINK, messageId, contacts);
  }

  /**
   * Observes a send to one contact as a test, which no message has: its caller is told why it failed, so
   * there is no line in the log.
   */
  observeTest(pushService: string, result: SendResult): void {
    testSends.inc({
      push_service: pushService,
      reason: result.kind === 'delivered' ? 'delivered' : nameReason(result.reason),
    });
  }

  private observeUnsent(reason: FailureReason, messageId: string, contacts: number): void {
    count(reason, contacts);
    this.log.add({ reason, messageId, count: contacts });
  }

  /**
   * Observes the results of a call.
   * @param nameDelivered the push service of the result at this place.
   */
  observeResults(messageId: string, results: readonly SendResult[], nameDelivered: (index: number) => string): void {
    const failures = new Map<string, { readonly reason: FailureReason; count: number }>();
    const delivered = new Map<string, number>();
    results.forEach((result, index) => {
      if (result.kind === 'delivered') {
        const service = nameDelivered(index);
        delivered.set(service, (delivered.get(service) ?? 0) + 1);
        return;
      }
      const { service, status, code } = result.reason;
      const key = `${service} ${status} ${code}`;
      const known = failures.get(key);
      if (known) known.count += 1;
      else failures.set(key, { reason: result.reason, count: 1 });
    });
    for (const [service, contacts] of delivered) {
      sendResults.inc({ push_service: service, status: 'none', reason: 'delivered' }, contacts);
    }
    for (const { reason, count: contacts } of failures.values()) {
      count(reason, contacts);
      this.log.add({ reason, messageId, count: contacts });
    }
  }
}

function count(reason: FailureReason, contacts: number): void {
  const { service, status } = reason;
  const label = service === FIREBASE && status !== null ? String(status) : toStatusLabel(status);
  sendResults.inc({ push_service: service, status: label, reason: nameReason(reason) }, contacts);
}

function findFailure(response: PushApiResponse | NoResponse, isComplete: boolean): FailureReason | undefined {
  if (response.status === null) return callFailure(null, response.code);
  if (response.status !== 200) return statusFailure(response.status);
  if (response.fault !== undefined) return callFailure(200, response.fault);
  return isComplete ? undefined : callFailure(200, INCOMPLETE.malformed);
}
