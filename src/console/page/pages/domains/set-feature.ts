import type { ApiClient } from '../../api/client.js';
import { nullWhenUnknown } from './list-domains.js';

/**
 * Switches a domain's push feature; its other settings stay, a new domain gets none.
 *
 * @param cancelPending cancels what is still pending of all sends; only when it is switched off.
 */
export async function setFeature(
  api: ApiClient,
  name: string,
  isPushFeatureEnabled: boolean,
  cancelPending = false,
): Promise<void> {
  const request = { path: { name } };
  const stored = await api.get('/domains/{name}', request).catch(nullWhenUnknown);
  const body = { ...stored, isPushFeatureEnabled, ...(cancelPending && { cancelPendingDeliveries: true }) };
  await api.put('/domains/{name}', { ...request, body });
}
