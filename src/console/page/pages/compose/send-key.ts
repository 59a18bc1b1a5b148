import type { TabStorage } from '../../shell/tab-storage.js';

/**
 * Returns the Idempotency-Key of this message: the same one however often it is asked for in this tab, until
 * the message changes or was sent, so that a second click sends nothing again. Without storage the button,
 * which is disabled meanwhile, is all that prevents a second send.
 */
export function keyFor(storage: TabStorage, message: string): string {
  const [key, known] = parse(storage.read());
  if (key !== undefined && known === message) return key;
  const next = crypto.randomUUID();
  storage.keep(JSON.stringify([next, message]));
  return next;
}

function parse(text = '[]'): [string?, string?] {
  try {
    return JSON.parse(text) as [string?, string?];
  } catch {
    return [];
  }
}
