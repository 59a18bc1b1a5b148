/** How long a browser may take to report a violation after the request has failed. */
const REPORT_MS = 100;

const blocked = new Set<string>();

/** Notes what the page's Content-Security-Policy blocks; the handler of `securitypolicyviolation`. */
export function noteViolation({ blockedURI, disposition }: SecurityPolicyViolationEvent): void {
  if (disposition === 'enforce') blocked.add(blockedURI);
}

/** Resolves with whether the policy has blocked a request to this URL, or to its origin. */
export async function wasBlocked(url: string): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, REPORT_MS));
  return [...blocked].some((uri) => uri === url || uri === new URL(url).origin);
}
