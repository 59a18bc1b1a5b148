import { request } from '../../support/http.js';
import { baseEnvironment, type ProductProcess, startProduct, uniqueDatabase } from '../../support/product-process.js';
import { type StandInPushApi, startStandInPushApi } from '../../support/stand-in-push-api.js';
import { TestDatabase } from '../../support/test-database.js';
import { createTestKeys } from '../../support/tokens.js';
import { type BrowserPushService, startBrowserPushService } from './browser-push-service.js';
import { DOMAIN } from './customer-site.js';

/** What a customer's site in a browser talks to: an api with its database and PushApi, and a push service. */
export interface PushBackend {
  readonly api: ProductProcess;
  readonly db: TestDatabase;
  readonly pushApi: StandInPushApi;
  readonly pushService: BrowserPushService;
  /** Sets the push feature of the site's domain. */
  putDomain(configuration: object): Promise<void>;
  stop(): Promise<void>;
}

export async function startPushBackend(name: string): Promise<PushBackend> {
  const database = uniqueDatabase(name);
  const keys = await createTestKeys();
  const pushApi = await startStandInPushApi();
  const pushService = await startBrowserPushService();
  const db = await TestDatabase.open(database);
  const api = await startProduct('api', {
    ...baseEnvironment(database, keys.folder, pushApi.url),
    PUSH_SERVICE_HOSTS: new URL(pushService.url).host,
  });
  return {
    api,
    db,
    pushApi,
    pushService,
    async putDomain(configuration) {
      await request('PUT', `${api.url}/domains/${DOMAIN}`, { token: keys.superUser, json: configuration });
    },
    async stop() {
      await api.stop();
      await Promise.all([pushApi.stop(), pushService.stop(), db.close(), keys.remove()]);
    },
  };
}
