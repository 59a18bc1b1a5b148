import { type CustomerSite, startCustomerSite } from './customer-site.js';
import { type PushBackend, startPushBackend } from './push-backend.js';

/** A customer's site with its backend, for the tests of what PushScript does in a browser. */
export interface PushStage extends PushBackend {
  readonly site: CustomerSite;
}

export async function startPushStage(name: string): Promise<PushStage> {
  const backend = await startPushBackend(name);
  const site = await startCustomerSite(backend.api.url, backend.pushService.url);
  return {
    ...backend,
    site,
    async stop() {
      await Promise.all([site.stop(), backend.stop()]);
    },
  };
}
