/* eslint-disable no-console -- the console is where a site's developer looks */
import { toFailure } from './failure.js';

/** Writes a step to the console, if `pushScript.debug` is on; never a token, an endpoint or an e-mail. */
export function trace(step: string): void {
  // The files of PushScript share nothing but the page; a worker has no `pushScript`.
  const { pushScript } = globalThis as { readonly pushScript?: { readonly debug: boolean } };
  if (pushScript?.debug === true) console.log('[PushScript]', step);
}

/** Warns the site's developer; the reason is explained in docs/push-script.md. */
export function warn(reason: PushScriptReason, detail = ''): void {
  console.warn(`[PushScript] ${reason}${detail && `: ${detail}`} (docs/push-script.md, Reasons)`);
}

/** Warns of an error; one that is no Failure has this reason. Returns the reason. */
export function warnOf(error: unknown, fallback: PushScriptReason = 'unexpected'): PushScriptReason {
  const { reason, message } = toFailure(error, fallback);
  warn(reason, message);
  return reason;
}
