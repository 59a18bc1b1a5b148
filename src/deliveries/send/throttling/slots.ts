/**
 * So far ahead places of a known rate are taken: what a worker learns meanwhile applies to the places after
 * them.
 */
export const HORIZON_MS = 20_000;

/** As HORIZON_MS, of a rate that was asked for and stays. The longer, the fewer batches look for a place. */
export const ASKED_HORIZON_MS = 60_000;

/** As HORIZON_MS, of a rate that is searched for, and changes every few seconds. */
export const SEARCH_HORIZON_MS = 4_000;

/** Contacts whose places are this close share a call. */
const STEP_MS = 3_000;

/** A worker that was late may still use the places that it has missed by this much. */
const CATCH_UP_MS = 4_000;

/** A place for each of the first contacts, in a row. */
export interface Reservation {
  readonly firstMs: number;
  readonly taken: number;
}

/** How places of a rate are taken. */
export interface ReservationRequest {
  readonly ratePerMinute: number;
  readonly count: number;
  readonly nowMs: number;
  readonly horizonMs: number;
}

/** The distance of two places, in milliseconds. */
export function intervalMs(ratePerMinute: number): number {
  return 60_000 / ratePerMinute;
}

/** The earliest first place and the end of those that can be taken now. */
export function reservable({ nowMs, horizonMs }: Pick<ReservationRequest, 'nowMs' | 'horizonMs'>): {
  earliestMs: number;
  endMs: number;
} {
  return { earliestMs: nowMs - CATCH_UP_MS, endMs: nowMs + horizonMs };
}

/** The places that a request takes when those before `nextMs` are taken. */
export function reserve(nextMs: number | undefined, request: ReservationRequest): Reservation {
  const { earliestMs, endMs } = reservable(request);
  const firstMs = Math.max(nextMs ?? request.nowMs, earliestMs);
  const places = Math.ceil((endMs - firstMs) / intervalMs(request.ratePerMinute));
  return { firstMs, taken: Math.max(0, Math.min(request.count, places)) };
}

/**
 * When the contact at `index` of a reservation is sent to: now, or at the end of the step that it falls
 * into.
 */
export function slotMs({ firstMs }: Reservation, index: number, request: ReservationRequest): number {
  const ownMs = firstMs + index * intervalMs(request.ratePerMinute);
  if (ownMs <= request.nowMs) return request.nowMs;
  return Math.ceil(ownMs / STEP_MS) * STEP_MS;
}

/**
 * When those that got no place ask again, while half of the places before the horizon are taken: one of
 * them then gets many places at once, and there are always some left to send to.
 */
export function nextReservationMs(nextMs: number, horizonMs: number): number {
  return nextMs - horizonMs / 2;
}
