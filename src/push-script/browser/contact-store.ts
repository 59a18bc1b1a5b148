import { warnOf } from './console.js';
import { within } from './failure.js';

/** A browser's contact in IndexedDB, which the page and the worker share; a worker has no localStorage. */
export interface StoredContact {
  readonly apiUrl: string;
  readonly domain: string;
  readonly deviceToken: string;
  readonly visitorGuid: string;
  /** The customer's site, opened by a notification without a link. */
  readonly siteUrl: string;
  /** The application server key that the subscription was made with; null for a Firebase token. */
  readonly vapidPublicKey: string | null;
  /** The endpoint that the API knows; null for a Firebase token, and when the API has none. */
  readonly endpoint: string | null;
  /** The secret of that subscription, which proves that it is replaced by its owner; as `endpoint`. */
  readonly auth?: string;
  /** When the API last said that the contact is active, in ms; contacts of earlier versions lack it. */
  readonly checkedAt?: number;
  /** Whether the API knows that the browser has withdrawn the permission: the contact is inactive there. */
  readonly isWithdrawn?: boolean;
}

const DATABASE = 'push-script';
const STORE = 'contacts';

let isAvailable = true;

/** Returns whether IndexedDB has not failed yet. */
export function hasStorage(): boolean {
  return isAvailable;
}

/** Uses IndexedDB no more, and warns of nothing: another file of PushScript has found that it fails. */
export function doWithoutStorage(): void {
  isAvailable = false;
}

/** Resolves with the contact of a worker's scope; undefined without one, or without IndexedDB. */
export async function loadContact(scope: string): Promise<StoredContact | undefined> {
  return load<StoredContact>(scope);
}

/** Stores or replaces the contact of a worker's scope. Never rejects. */
export async function saveContact(scope: string, contact: StoredContact): Promise<void> {
  await save(scope, contact);
}

/** Deletes the contact of a worker's scope, if any. Never rejects. */
export async function forgetContact(scope: string): Promise<void> {
  await remove(scope);
}

/** Resolves with the value of a key; undefined without one, or without IndexedDB. */
export async function load<T>(key: string): Promise<T | undefined> {
  return inStore('readonly', (store) => store.get(key) as IDBRequest<T | undefined>);
}

/** Stores a value under a key. Never rejects. */
export async function save(key: string, value: unknown): Promise<void> {
  await inStore('readwrite', (store) => store.put(value, key));
}

/** Deletes the value of a key, if any. Never rejects. */
export async function remove(key: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(key));
}

async function inStore<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  if (!isAvailable) return undefined;
  try {
    return await within(open(mode, act), 'storage-unavailable');
  } catch (error) {
    giveUp(error);
    return undefined;
  }
}

/** Warns once, and avoids further time-outs: a browser that fails here fails each time. */
function giveUp(error: unknown): void {
  if (!isAvailable) return;
  isAvailable = false;
  warnOf(error, 'storage-unavailable');
}

async function open<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE);
  };
  const database = await toResult(opening);
  try {
    return await toResult(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function toResult<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('IndexedDB failed'));
    };
  });
}
