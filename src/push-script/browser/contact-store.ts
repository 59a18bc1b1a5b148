/** What a browser keeps of its contact, for the page and for the worker, which has no localStorage. */
export interface StoredContact {
  readonly apiUrl: string;
  readonly domain: string;
  readonly deviceToken: string;
  readonly visitorGuid: string;
  /** The customer's site, opened by a notification without a link. */
  readonly siteUrl: string;
  /** The application server key that the subscription was made with; null for a Firebase token. */
  readonly vapidPublicKey: string | null;
  /** The endpoint that the API knows; null for a Firebase token. */
  readonly endpoint: string | null;
}

const DATABASE = 'push-script';
const STORE = 'contacts';

/** The contact of a worker's scope, or undefined. */
export async function loadContact(scope: string): Promise<StoredContact | undefined> {
  return inStore('readonly', (store) => store.get(scope) as IDBRequest<StoredContact | undefined>);
}

export async function saveContact(scope: string, contact: StoredContact): Promise<void> {
  await inStore('readwrite', (store) => store.put(contact, scope));
}

export async function forgetContact(scope: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(scope));
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE);
  };
  const database = await resultOf(opening);
  try {
    return await resultOf(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('IndexedDB failed'));
    };
  });
}
