import { trace, warnOf } from './console.js';
import { deleteContact } from './contact-api.js';
import { forgetContact, loadContact, saveContact, type StoredContact } from './contact-store.js';
import { toFailure } from './failure.js';

/**
 * Ends the subscription by `end` and tells the API that the contact has left, each whatever becomes of the
 * other: one suffices that nothing is shown any more. The contact stays stored until the API knows, so that a
 * later call tells it. Throws what `end` does when both fail.
 * @param findToken the device token where no contact is stored; undefined where there is none at all.
 */
export async function leaveBy(
  { scope, apiUrl }: Pick<StoredContact, 'apiUrl'> & { readonly scope: string },
  findToken: () => Promise<string | undefined>,
  end: () => Promise<unknown>,
): Promise<void> {
  const deviceToken = (await loadContact(scope))?.deviceToken ?? (await findToken());
  const telling = deviceToken === undefined || tell(apiUrl, deviceToken);
  const [isTold, [ending]] = await Promise.all([telling, Promise.allSettled([end()])]);
  if (isTold) await forgetContact(scope);
  if (ending.status === 'fulfilled') return;
  if (!isTold || deviceToken === undefined) throw ending.reason;
  warnOf(ending.reason);
}

/**
 * Tells the API, once, that the browser has withdrawn the permission of the scope's contact. It stays stored:
 * it is the same contact again when the visitor allows notifications again. Never rejects; what the API did
 * not get is told by the next call.
 */
export async function tellWithdrawn(scope: string): Promise<void> {
  const contact = await loadContact(scope);
  if (contact === undefined || contact.isWithdrawn === true) return;
  if (!(await tell(contact.apiUrl, contact.deviceToken))) return;
  // The API must get the subscription of a permission that is given again, though the endpoint be the same.
  await saveContact(scope, { ...contact, endpoint: null, isWithdrawn: true });
}

/** Resolves with false when it is to be told again; what the API refuses, it would refuse again. */
async function tell(apiUrl: string, deviceToken: string): Promise<boolean> {
  try {
    await deleteContact(apiUrl, deviceToken);
    trace('the contact has left');
    return true;
  } catch (error) {
    warnOf(error);
    return toFailure(error, 'unexpected').reason === 'api-refused';
  }
}
