/** Name of the Trusted Types policy; a site's `trusted-types` directive must allow it. */
const POLICY = 'push-script';

/** The part of Trusted Types (W3C) that is used; TypeScript's library lacks it. */
interface TrustedTypesWindow {
  readonly trustedTypes?: { createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy };
}

interface ScriptUrlPolicy {
  /** A TrustedScriptURL, which a browser takes wherever it takes the string. */
  createScriptURL(url: string): string;
}

/** Made once: a `trusted-types` directive without `'allow-duplicates'` forbids a second one. */
let policy: ScriptUrlPolicy | undefined;

/**
 * Returns the URL in the form that a page with `require-trusted-types-for 'script'` demands. Only URLs of the
 * page's own origin are trusted. Returns the string where the browser has no Trusted Types, or the page
 * forbids the policy and decides by a default policy of its own.
 */
export function trustedScriptUrl(url: string): string {
  try {
    policy ??= (window as TrustedTypesWindow).trustedTypes?.createPolicy(POLICY, { createScriptURL: assertOwnOrigin });
  } catch {
    return url;
  }
  return policy?.createScriptURL(url) ?? url;
}

function assertOwnOrigin(url: string): string {
  if (new URL(url).origin !== location.origin) throw new TypeError(`${url} is not of this origin`);
  return url;
}
