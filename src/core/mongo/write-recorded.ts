import { currentCallRecord } from './call-record.js';
import { CombinedWrites } from './combined-writes.js';

/**
 * Sends writes after the record of the call, in one command and without a transaction: no change is stored
 * without its record, also where the process is killed. Throws as `CombinedWrites.runInOrder`, and
 * `database_unavailable` where the record is refused.
 */
export async function writeRecorded(add: (writes: CombinedWrites) => void): Promise<void> {
  const writes = new CombinedWrites();
  const record = currentCallRecord();
  await record?.addTo(writes);
  add(writes);
  await writes.runInOrder();
  record?.stored();
}
