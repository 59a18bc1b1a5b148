interface RouteChange {
  readonly changesInTransactions?: boolean;
  readonly changesNothing?: boolean;
}

/**
 * A route option: its calls change something in transactions alone. The record of a call is then written in
 * the first of them, and not by itself, which would cost a further write.
 */
export const CHANGES_IN_TRANSACTIONS: RouteChange = { changesInTransactions: true };

/** A route option: its calls only ask, whatever their method is. They have no record. */
export const CHANGES_NOTHING: RouteChange = { changesNothing: true };

/** Whether a route's configuration says that its calls change nothing. */
export function changesNothing(routeConfig: object | undefined): boolean {
  return (routeConfig as RouteChange | undefined)?.changesNothing === true;
}

/** Whether a route's configuration says that its calls change something in transactions alone. */
export function changesInTransactions(routeConfig: object | undefined): boolean {
  return (routeConfig as RouteChange | undefined)?.changesInTransactions === true;
}
