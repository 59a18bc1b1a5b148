/** What is remembered of a visitor on the page's origin, in localStorage; without one it lasts as long as the page. */
const PREFIX = 'pushScript.';

const withoutStorage = new Map<string, string>();

type Name = 'visitorGuid' | 'refusedAt' | 'leftAt' | 'pendingEmail';

export function recall(name: Name): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return withoutStorage.get(name);
  }
}

export function remember(name: Name, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    withoutStorage.set(name, value);
  }
}

export function forget(name: Name): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    withoutStorage.delete(name);
  }
}

/** The visitor's guid, made on the first call. */
export function visitorGuid(): string {
  const known = recall('visitorGuid');
  if (known !== undefined) return known;
  const fresh = newGuid();
  remember('visitorGuid', fresh);
  return fresh;
}

/** A random UUID (RFC 9562, section 5.4); insecure pages, which an external push domain serves too, lack `randomUUID`. */
function newGuid(): string {
  const available: Partial<Pick<Crypto, 'randomUUID'>> = crypto;
  const guid = available.randomUUID?.();
  if (guid !== undefined) return guid;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
