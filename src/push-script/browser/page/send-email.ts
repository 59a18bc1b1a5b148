import { trace, warn } from '../console.js';
import { putEmail } from '../contact-api.js';
import { toFailure } from '../failure.js';

/** Sends the contact's e-mail to the API. Resolves with why it was not accepted, or null; never rejects. */
export async function sendEmail(apiUrl: string, deviceToken: string, email: string): Promise<PushScriptReason | null> {
  try {
    await putEmail(apiUrl, deviceToken, email);
    trace('the API has the e-mail');
    return null;
  } catch (error) {
    const { reason, httpStatus, message } = toFailure(error, 'unexpected');
    const shown = httpStatus === 400 ? 'email-invalid' : reason;
    warn(shown, message);
    return shown;
  }
}
