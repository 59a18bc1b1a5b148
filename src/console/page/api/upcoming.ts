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

export interface DomainMessageAnswer {
  readonly messageId: string;
  readonly title: string;
  readonly body: string;
  readonly imageUrl: string | null;
  readonly insertedAt: string;
  readonly sendAt: string | null;
  readonly state: 'stored' | 'scheduled' | 'planning' | 'sending' | 'done' | 'cancelled';
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly received: number;
  readonly clicks: number;
  readonly dismissed: number;
  readonly activity: number[];
}

/** Routes that the API's description does not have yet. */
export interface UpcomingPaths {
  '/domains/{name}/contacts/growth': {
    get: Answer<GrowthAnswer> & {
      parameters: { path: { name: string }; query?: { from?: string | null; to?: string | null } };
    };
  };
  '/domains/{name}/messages': {
    get: Answer<{ items: DomainMessageAnswer[]; nextCursor: string | null }> & {
      parameters: {
        path: { name: string };
        query?: {
          from?: string | null;
          to?: string | null;
          text?: string | null;
          cursor?: string | null;
          per_page?: number;
        };
      };
    };
  };
}
