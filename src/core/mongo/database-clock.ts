import { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';

/** A skew that is worth a warning: leases and pauses are corrected, but tokens and log lines are not. */
export const SKEW_WARNING_MS = 2_000;

/** A clock that is set back or forth while the process runs is noticed within this time. */
const MEASURE_EVERY_MS = 10_000;

const logger = new Logger('Clock');

/** MongoDB's clock minus this machine's, in ms. A process has one MongoDB, as it has one machine's clock. */
let offsetMs = 0;
let isWarned = false;

/**
 * Now, by MongoDB's clock, in ms since 1970. For every time that is stored and that another process compares:
 * leases, due times, expiries. By its own clock, a worker that is 2 h ahead would postpone work for all
 * others.
 */
export function databaseNow(): number {
  return Date.now() + offsetMs;
}

/** As `databaseNow`. */
export function databaseDate(): Date {
  return new Date(databaseNow());
}

/** How far MongoDB's clock is ahead of this machine's, in ms, as it was last measured. */
export function clockSkewMs(): number {
  return offsetMs;
}

/**
 * Measures the skew by the command `hello`, whose `localTime` is MongoDB's clock, exact to half the round
 * trip; warns when it becomes 2 s or more. Rejects when MongoDB does not answer. Returns its answer.
 */
export async function measureClockSkew(connection: Connection): Promise<Readonly<Record<string, unknown>>> {
  const before = Date.now();
  const startedAt = performance.now();
  const hello = await connection.db?.admin().command({ hello: 1 });
  if (hello === undefined) throw new Error('MongoDB is not connected');
  const roundTripMs = performance.now() - startedAt;
  if (hello.localTime instanceof Date) correct(hello.localTime.getTime() - (before + roundTripMs / 2), roundTripMs);
  return hello;
}

/** Measures every 10 s until the process ends; a failure is MongoDB's, which its own calls report. */
export function followDatabaseClock(connection: Connection): void {
  setInterval(() => void measureClockSkew(connection).catch(() => undefined), MEASURE_EVERY_MS).unref();
}

/** A difference within the round trip is not known to be one; `localTime` has whole milliseconds. */
function correct(measuredMs: number, roundTripMs: number): void {
  if (Math.abs(measuredMs - offsetMs) > roundTripMs / 2 + 1) offsetMs = Math.round(measuredMs);
  const isSkewed = Math.abs(offsetMs) >= SKEW_WARNING_MS;
  if (isSkewed && !isWarned) {
    const seconds = Math.round(Math.abs(offsetMs) / 1_000);
    const direction = offsetMs > 0 ? 'behind' : 'ahead of';
    logger.warn(`This machine's clock is ${seconds} s ${direction} MongoDB's, which is used; synchronize them (NTP).`);
  }
  if (!isSkewed && isWarned) logger.log("This machine's clock agrees with MongoDB's again.");
  isWarned = isSkewed;
}
