import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, type ProductEnvironment, uniqueDatabase } from './product-process.js';
import { TestDatabase } from './test-database.js';
import { createTestKeys, type TestKeys } from './tokens.js';

/** Nobody listens there. */
export const NOBODY = 'http://127.0.0.1:9';

/** Settings of processes that a test starts by itself. */
export interface OwnSettings {
  /** Of every process; their PushApi is nobody. */
  readonly environment: ProductEnvironment;
  readonly keys: TestKeys;
  /** An empty folder. */
  readonly folder: string;
  /** Removes keys, folder and database. */
  remove(): Promise<void>;
}

/** Makes settings with keys, a database and a folder of their own. */
export async function createOwnSettings(name: string): Promise<OwnSettings> {
  const database = uniqueDatabase(name);
  const keys = await createTestKeys();
  const folder = await mkdtemp(join(tmpdir(), `push-contact-${name}-`));
  return {
    environment: baseEnvironment(database, keys.folder, NOBODY),
    keys,
    folder,
    async remove() {
      const db = await TestDatabase.open(database);
      await db.close();
      await keys.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
