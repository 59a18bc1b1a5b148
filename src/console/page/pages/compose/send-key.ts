const KEY = 'pushContactConsoleSendKey:';

/**
 * Returns the Idempotency-Key of this message for this domain: the same one however often it is asked for in
 * this tab, until the message changes or was sent, so that a second click sends nothing again.
 */
export function keyFor(domain: string, message: string): string {
  const [key, known] = read(domain);
  if (key !== undefined && known === message) return key;
  const next = crypto.randomUUID();
  write(domain, [next, message]);
  return next;
}

export function forgetKey(domain: string): void {
  sessionStorage.removeItem(KEY + domain);
}

function read(domain: string): [string?, string?] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY + domain) ?? '[]') as [string?, string?];
  } catch {
    return [];
  }
}

function write(domain: string, entry: readonly [string, string]): void {
  try {
    sessionStorage.setItem(KEY + domain, JSON.stringify(entry));
  } catch {
    // Without storage the button, which is disabled meanwhile, is all that prevents a second send.
  }
}
