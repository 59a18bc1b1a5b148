interface RouteChange {
  readonly changesInTransactions: boolean;
}

/**
 * A route option: its calls change something in transactions alone. The record of a call is then written in
 * the first of them, and not by itself, which would cost a further write.
 */
export const CHANGES_IN_TRANSACTIONS: RouteChange = { changesInTransactions: true };

/** Whether a route's configuration says so. */
export function changesInTransactions(routeConfig: object | undefined): boolean {
  return (routeConfig as Partial<RouteChange> | undefined)?.changesInTransactions === true;
}
