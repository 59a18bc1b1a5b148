import type { ServiceName } from './service-names.js';

/** A count of deliveries to one endpoint stops here. */
const MAX_COUNT = 255;
const INITIAL_ENDPOINTS = 1_024;

/** How many endpoints with repeated deliveries are listed, and with unanswered ones. */
const MAX_LISTED = 10_000;

/** What a service did since the start, or since the counters were reset. */
export interface CountsReport {
  readonly requests: number;
  readonly accepted: number;
  /** Messages of FCM's v1 API that were only validated. */
  readonly validated: number;
  /** By HTTP status; `reset` and `hang` for requests that got no response. */
  readonly responses: Readonly<Record<string, number>>;
  /** Mistakes of the sender. */
  readonly faults: Readonly<Record<string, number>>;
  /** Accepted messages by the VAPID key that has signed them: the first 16 hex digits of its SHA-256. */
  readonly keys: Readonly<Record<string, number>>;
  readonly decrypted: number;
  /** Messages that the browser could not have read. */
  readonly undecryptable: number;
  readonly endpoints: {
    readonly reached: number;
    readonly once: number;
    readonly repeatedly: number;
    /** Indexes of the first endpoints that got a message more than once. */
    readonly repeated: readonly number[];
    /** Indexes of the first endpoints that got a message whose sender got no response. */
    readonly unanswered: readonly number[];
  };
}

/** Counts what one service does. One byte an endpoint, so a million endpoints take a megabyte. */
export class Counters {
  requests = 0;
  accepted = 0;
  validated = 0;
  decrypted = 0;
  undecryptable = 0;
  private responses = new Map<string, number>();
  private faults = new Map<string, number>();
  private readonly keys = new Map<string, number>();
  private readonly unanswered = new Set<number>();
  private deliveries = new Uint8Array(INITIAL_ENDPOINTS);

  constructor(readonly service: ServiceName) {}

  countResponse(status: number | 'reset' | 'hang'): void {
    increment(this.responses, String(status));
  }

  countFault(fault: string): void {
    increment(this.faults, fault);
  }

  countKey(keyHash: string): void {
    increment(this.keys, keyHash);
  }

  /** Counts an accepted message for the endpoint with this index. */
  countDelivery(index: number): void {
    this.accepted += 1;
    if (index >= this.deliveries.length) this.grow(index);
    this.deliveries[index] = Math.min(MAX_COUNT, (this.deliveries[index] ?? 0) + 1);
  }

  /** Counts an accepted message whose sender was gone, or was cut off, before the response. */
  countUnanswered(index: number): void {
    if (this.unanswered.size < MAX_LISTED) this.unanswered.add(index);
  }

  /** How often each endpoint from `first` on was reached; at most 255. */
  deliveriesFrom(first: number, count: number): number[] {
    return Array.from({ length: count }, (_, offset) => this.deliveries[first + offset] ?? 0);
  }

  report(): CountsReport {
    const reached = this.deliveries.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    const once = this.deliveries.reduce((sum, count) => sum + (count === 1 ? 1 : 0), 0);
    return {
      requests: this.requests,
      accepted: this.accepted,
      validated: this.validated,
      responses: Object.fromEntries(this.responses),
      faults: Object.fromEntries(this.faults),
      keys: Object.fromEntries(this.keys),
      decrypted: this.decrypted,
      undecryptable: this.undecryptable,
      endpoints: {
        reached,
        once,
        repeatedly: reached - once,
        repeated: this.listRepeated(),
        unanswered: [...this.unanswered],
      },
    };
  }

  private listRepeated(): number[] {
    const repeated: number[] = [];
    for (const [index, count] of this.deliveries.entries()) {
      if (repeated.length === MAX_LISTED) break;
      if (count > 1) repeated.push(index);
    }
    return repeated;
  }

  private grow(index: number): void {
    const larger = new Uint8Array(Math.max(index + 1, this.deliveries.length * 2));
    larger.set(this.deliveries);
    this.deliveries = larger;
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
