import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { mongodbDiskBytes, mongodbStorageBytes } from '../core/metrics/installation.metrics.js';
import { isCollectionMissing } from '../core/mongo/connection.js';
import { isRecord } from '../core/validation/is-record.js';
import type { InstallationGauges } from './installation-gauges.js';

interface Sizes {
  readonly used: number;
  readonly total: number;
}

interface StoredSize {
  readonly bytes: number;
}

/** What MongoDB's files occupy, and what is left. */
@Injectable()
export class StorageGauges implements InstallationGauges {
  readonly store = 'mongodb';
  /** Each collection is asked on its own, and grows slowly. */
  readonly everyMs = 60_000;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  async read(): Promise<() => void> {
    const names = [
      ...new Set(Object.values(this.connection.models).map(({ collection }) => collection.collectionName)),
    ];
    const [disk, ...sizes] = await Promise.all([this.findDisk(), ...names.map((name) => this.findBytes(name))]);
    return () => {
      this.leaveOut();
      names.forEach((collection, index) => {
        mongodbStorageBytes.set({ collection }, sizes[index] ?? 0);
      });
      if (disk === undefined) return;
      mongodbDiskBytes.set({ state: 'used' }, disk.used);
      mongodbDiskBytes.set({ state: 'total' }, disk.total);
    };
  }

  leaveOut(): void {
    mongodbStorageBytes.reset();
    mongodbDiskBytes.reset();
  }

  /** Of all shards together; 0 for a collection that nothing was stored in yet. */
  private async findBytes(name: string): Promise<number> {
    const bytes = { $add: ['$storageStats.storageSize', '$storageStats.totalIndexSize'] };
    const found = await this.connection
      .collection(name)
      .aggregate<StoredSize>([{ $collStats: { storageStats: {} } }, { $project: { bytes } }])
      .toArray()
      .catch(orEmpty);
    return found.reduce((sum, { bytes: ofShard }) => sum + ofShard, 0);
  }

  /** The fullest disk, where shards have several; undefined where the server does not tell. */
  private async findDisk(): Promise<Sizes | undefined> {
    const stats: unknown = await this.connection.db?.command({ dbStats: 1 });
    const ofShards = isRecord(stats) && isRecord(stats.raw) ? Object.values(stats.raw) : [stats];
    const disks = ofShards.flatMap((each) => readDisk(each) ?? []);
    return disks.sort((one, other) => other.used / other.total - one.used / one.total)[0];
  }
}

function orEmpty(error: unknown): StoredSize[] {
  if (isCollectionMissing(error)) return [];
  throw error;
}

function readDisk(stats: unknown): Sizes | undefined {
  if (!isRecord(stats)) return undefined;
  const { fsUsedSize: used, fsTotalSize: total } = stats;
  return typeof used === 'number' && typeof total === 'number' && total > 0 ? { used, total } : undefined;
}
