/** The store that a read asks. */
type Store = 'mongodb' | 'redis';

/** Gauges of the whole installation that are read together. */
export interface InstallationGauges {
  /** Nothing is read while it does not serve. */
  readonly store: Store;
  /** At most this often. */
  readonly everyMs: number;
  /** Reads the values and resolves with what shows them. */
  readonly read: () => Promise<() => void>;
  /** Takes the values back, so that no old one is shown. */
  readonly leaveOut: () => void;
}
