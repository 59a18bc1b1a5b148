import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceName } from './service-names.js';

/** An accepted message, as its browser or app would read it. */
export interface ReceivedMessage {
  readonly service: ServiceName;
  /** The number of the endpoint or device token. */
  readonly index: number;
  readonly protocol: string;
  /** TTL, Urgency, Topic and other headers of the request, without its credentials. */
  readonly headers: IncomingHttpHeaders;
  readonly bodyBytes: number;
  /** The decrypted text; for FCM's v1 API the request's JSON. */
  readonly text: string;
}

/** Keeps the last messages that were decrypted. */
export class Messages {
  private readonly kept: ReceivedMessage[] = [];
  private next = 0;

  constructor(private readonly capacity: number) {}

  add(message: ReceivedMessage): void {
    this.kept[this.next] = message;
    this.next = (this.next + 1) % this.capacity;
  }

  /** The oldest first. */
  list(): readonly ReceivedMessage[] {
    return [...this.kept.slice(this.next), ...this.kept.slice(0, this.next)];
  }

  clear(): void {
    this.kept.length = 0;
    this.next = 0;
  }
}

/** The headers of a request that may be shown: no credentials, no pseudo-headers. */
export function withoutCredentials(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const shown = Object.entries(headers).filter(([name]) => name !== 'authorization' && !name.startsWith(':'));
  return Object.fromEntries(shown);
}
