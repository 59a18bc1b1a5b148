interface Answer<T> {
  responses: { 200: { content: { 'application/json': T } } };
}

export interface GrowthAnswer {
  readonly items: readonly {
    readonly date: string;
    readonly registered: number;
    readonly returned: number;
    readonly pruned: number;
    readonly unsubscribed: number;
    readonly erased: number;
    readonly active: number;
  }[];
  readonly countedSince: string | null;
}

/** Routes that the API's description does not have yet. */
export interface UpcomingPaths {
  '/domains/{name}/contacts/growth': {
    get: Answer<GrowthAnswer> & {
      parameters: { path: { name: string }; query?: { from?: string | null; to?: string | null } };
    };
  };
}
