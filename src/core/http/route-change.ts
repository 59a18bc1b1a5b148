interface RouteChange {
  readonly changesWithRecord?: boolean;
  readonly changesNothing?: boolean;
}

/**
 * A route option: its calls change something in transactions, or by `writeRecorded`, alone. The record of a
 * call is then written with the first change, and not before it, which would cost a further write.
 */
export const CHANGES_WITH_RECORD: RouteChange = { changesWithRecord: true };

/** A route option: its calls only ask, whatever their method is. They have no record. */
export const CHANGES_NOTHING: RouteChange = { changesNothing: true };

/** Whether a route's configuration says that its calls change nothing. */
export function changesNothing(routeConfig: object | undefined): boolean {
  return (routeConfig as RouteChange | undefined)?.changesNothing === true;
}

/** Whether a route's configuration says that its calls write their record with what they change. */
export function changesWithRecord(routeConfig: object | undefined): boolean {
  return (routeConfig as RouteChange | undefined)?.changesWithRecord === true;
}
