import type { SettingReader } from './setting-reader.js';

/** A link ends before the events of its message do (30 days), so that a first event is known as long. */
const MAX_LINK_DAYS = 29;

/** How long tracking links are accepted. */
export interface TrackingSettings {
  /** Days from the sending of a notification until its links end; 1 to 29. */
  readonly linkDays: number;
  /** The end of the time in which links without a signature are accepted; undefined for no end. */
  readonly unsignedUntil: Date | undefined;
}

/** Reads the settings of tracking links. */
export function readTracking(reader: SettingReader): TrackingSettings {
  return {
    linkDays: reader.integer('TRACKING_LINK_DAYS', 28, 1, MAX_LINK_DAYS),
    unsignedUntil: reader.instant('TRACKING_UNSIGNED_UNTIL'),
  };
}
