import { toStatusLabel } from '../core/metrics/label-sets.js';
import { pushServiceRequestSeconds } from '../core/metrics/push-service.metrics.js';
import { type EndedSpan, findTracer } from '../core/tracing/tracing.js';

/** The pushes of one call to one push service that had the same status; null for no response. */
export interface PushTimes {
  readonly origin: string;
  readonly status: number | null;
  /** Of each push, from the request to the end of the response. */
  readonly milliseconds: readonly number[];
  /** When the first of them began and the last one ended: Unix times in milliseconds. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

interface Collected {
  readonly milliseconds: number[];
  beganMs: number;
  endedMs: number;
}

/** Collects the times of a call's pushes: a thread hands them over, since the metrics are the process's. */
export class PushTimer {
  private readonly times = new Map<string, Map<number | null, Collected>>();

  /** @param beganMs by `performance.now()`; the push ends now. */
  add(origin: string, status: number | null, beganMs: number): void {
    const endedMs = performance.now();
    let ofOrigin = this.times.get(origin);
    if (ofOrigin === undefined) this.times.set(origin, (ofOrigin = new Map<number | null, Collected>()));
    const collected = ofOrigin.get(status);
    if (collected === undefined) {
      ofOrigin.set(status, { milliseconds: [endedMs - beganMs], beganMs, endedMs });
      return;
    }
    collected.milliseconds.push(endedMs - beganMs);
    collected.beganMs = Math.min(collected.beganMs, beganMs);
    collected.endedMs = endedMs;
  }

  get all(): PushTimes[] {
    const { timeOrigin } = performance;
    return [...this.times].flatMap(([origin, ofOrigin]) =>
      [...ofOrigin].map(([status, { milliseconds, beganMs, endedMs }]) => ({
        ...{ origin, status, milliseconds },
        beganAtMs: timeOrigin + beganMs,
        endedAtMs: timeOrigin + endedMs,
      })),
    );
  }
}

/** Lets the pushes of a call be seen: each in the metrics, and those of one status together in its trace. */
export function observePushes(times: readonly PushTimes[], nameService: (origin: string) => string): void {
  const tracer = findTracer();
  for (const each of times) {
    const service = nameService(each.origin);
    const labels = { push_service: service, status: toStatusLabel(each.status) };
    for (const milliseconds of each.milliseconds) pushServiceRequestSeconds.observe(labels, milliseconds / 1_000);
    tracer?.record(toSpan(service, each));
  }
}

/** It says how many got the notification, and not who. */
function toSpan(service: string, { status, milliseconds, beganAtMs, endedAtMs }: PushTimes): EndedSpan {
  const failure = status === null ? 'no-response' : String(status);
  return {
    name: `push ${service}`,
    kind: 'client',
    beganAtMs,
    endedAtMs,
    attributes: {
      'push_contact.push_service': service,
      'push_contact.pushes': milliseconds.length,
      ...(status !== null && { 'http.response.status_code': status }),
    },
    failure: status === null || status >= 400 ? failure : undefined,
  };
}
