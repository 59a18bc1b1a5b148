import type { TabStorage } from '../../shell/tab-storage.js';

const KEY_BYTES = 16;

/**
 * Returns the Idempotency-Key of this message: the same one however often it is asked for in this tab, until
 * the message changes or was sent, so that a second click sends nothing again. Without storage the button,
 * which is disabled meanwhile, is all that prevents a second send.
 */
export function keyFor(storage: TabStorage, message: string): string {
  const [key, known] = parse(storage.read());
  if (key !== undefined && known === message) return key;
  const next = newKey();
  storage.keep(JSON.stringify([next, message]));
  return next;
}

/** Not `randomUUID`: a page that is served by plain HTTP has none (w3.org/TR/webcrypto, "randomUUID"). */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function parse(text = '[]'): [string?, string?] {
  try {
    return JSON.parse(text) as [string?, string?];
  } catch {
    return [];
  }
}
