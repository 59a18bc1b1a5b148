import { warn } from '../console.js';
import { forget, recall, remember } from './visitor.js';

/** The rough form that tells a mistake from an address; the API checks it in full. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const MAX_LENGTH = 254;

/** The result of handing over the e-mail: null once the API has it. */
export type EmailResult = PushScriptReason | null;

/** The last result: registering the contact may have handed over the e-mail that `setEmail` waits for. */
let lastResult: EmailResult = null;

/** Stores an e-mail until the API has it. Returns false, and keeps the earlier one, when it is none. */
export function keepEmail(email: unknown): boolean {
  const text = typeof email === 'string' ? email.trim() : '';
  if (!EMAIL.test(text) || text.length > MAX_LENGTH) {
    warn('email-invalid');
    return false;
  }
  void remember('pendingEmail', text);
  return true;
}

/**
 * Sends the stored e-mail, which is kept until the API accepts or refuses it; without one, resolves with the
 * result of the last. Never rejects.
 * @param send sends the e-mail of the contact; null while there is none. Never rejects.
 */
export async function handOverEmail(send: ((email: string) => Promise<EmailResult>) | null): Promise<EmailResult> {
  const email = recall('pendingEmail');
  if (email === undefined) return lastResult;
  if (send === null) return 'not-subscribed';
  const reason = await send(email);
  const isFinal = reason === null || reason === 'email-invalid' || reason === 'api-refused';
  if (isFinal && recall('pendingEmail') === email) forget('pendingEmail');
  lastResult = reason;
  return reason;
}
