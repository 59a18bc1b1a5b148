import { load, remove, save } from '../contact-store.js';

/** Prefix of the keys in localStorage and IndexedDB, which hold the visitor's state for the page's origin. */
const PREFIX = 'pushScript.';

const NAMES = ['visitorGuid', 'refusedAt', 'laterAt', 'leftAt', 'pendingEmail'] as const;

type Name = (typeof NAMES)[number];

/** The values that localStorage, full or blocked, does not hold; they are in IndexedDB too. */
const withoutStorage = new Map<Name, string>();

let isGuidCreated = false;

/**
 * Loads what localStorage did not take on an earlier page; call it before a value decides anything. Never
 * rejects. What the page has set meanwhile is newer.
 */
export async function loadVisitor(): Promise<void> {
  await Promise.all(NAMES.map(loadValue));
}

async function loadValue(name: Name): Promise<void> {
  const stored = await load<string>(PREFIX + name);
  if (stored === undefined) return;
  if (readLocal(name) !== undefined) await remove(PREFIX + name);
  else if (!withoutStorage.has(name) || (name === 'visitorGuid' && isGuidCreated)) {
    withoutStorage.set(name, stored);
    await save(PREFIX + name, stored);
  }
}

/** Returns whether the stored moment is at most so long ago. */
export function isWithin(name: 'refusedAt' | 'laterAt', durationMs: number): boolean {
  return Date.now() - Date.parse(recall(name) ?? '') < durationMs;
}

/** Stores the present moment. Never throws. */
export function rememberNow(name: 'refusedAt' | 'laterAt' | 'leftAt'): Promise<void> {
  return remember(name, new Date().toISOString());
}

/** Returns the stored value, or undefined. Never throws. */
export function recall(name: Name): string | undefined {
  return withoutStorage.get(name) ?? readLocal(name);
}

/** Stores a value for the page's origin; resolves once it is stored. Never throws or rejects. */
export async function remember(name: Name, value: string): Promise<void> {
  try {
    localStorage.setItem(PREFIX + name, value);
    if (withoutStorage.delete(name)) await remove(PREFIX + name);
  } catch {
    withoutStorage.set(name, value);
    removeLocal(name);
    await save(PREFIX + name, value);
  }
}

/** Deletes the stored value. Never throws. */
export function forget(name: Name): void {
  removeLocal(name);
  if (withoutStorage.delete(name)) void remove(PREFIX + name);
}

function readLocal(name: Name): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Also makes an outdated value go that a full localStorage did not let be replaced. */
function removeLocal(name: Name): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // A blocked localStorage has nothing to remove.
  }
}

/** Returns the visitor's guid; creates and stores one when there is none. */
export function visitorGuid(): string {
  const known = recall('visitorGuid');
  if (known !== undefined) return known;
  const fresh = newGuid();
  isGuidCreated = true;
  void remember('visitorGuid', fresh);
  return fresh;
}

/**
 * Creates a random UUID (RFC 9562, section 5.4). Insecure pages, which may use an external push domain, lack
 * `randomUUID`; a blob URL ends in a UUID too (W3C File API, section 8.1).
 */
function newGuid(): string {
  const available: Partial<Pick<Crypto, 'randomUUID'>> = crypto;
  const guid = available.randomUUID?.();
  if (guid !== undefined) return guid;
  const url = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(url);
  return url.slice(-36);
}
