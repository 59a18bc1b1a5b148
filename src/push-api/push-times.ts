/** The pushes of one call to one push service that had the same status; null for no response. */
export interface PushTimes {
  readonly origin: string;
  readonly status: number | null;
  /** Of each push, from the request to the end of the response. */
  readonly milliseconds: readonly number[];
}

/** Collects the times of a call's pushes: a thread hands them over, since the metrics are the process's. */
export class PushTimer {
  private readonly times = new Map<string, Map<number | null, number[]>>();

  add(origin: string, status: number | null, milliseconds: number): void {
    let ofOrigin = this.times.get(origin);
    if (ofOrigin === undefined) this.times.set(origin, (ofOrigin = new Map<number | null, number[]>()));
    const ofStatus = ofOrigin.get(status);
    if (ofStatus === undefined) ofOrigin.set(status, [milliseconds]);
    else ofStatus.push(milliseconds);
  }

  get all(): PushTimes[] {
    return [...this.times].flatMap(([origin, ofOrigin]) =>
      [...ofOrigin].map(([status, milliseconds]) => ({ origin, status, milliseconds })),
    );
  }
}
