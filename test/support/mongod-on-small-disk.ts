import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandAt } from './own-mongod.js';
import { startLoneMongod } from './lone-mongod.js';

const run = promisify(execFile);

/** Enough for `mongod` with a few thousand documents; a file system in memory has only what is written. */
const DISK_SIZE = '512m';

/** Of the disk, when it is filled: `mongod` still works. */
const FREE_SHARE = 0.06;

/** A MongoDB whose files have a small disk for themselves, which may be filled. */
export interface MongodOnSmallDisk {
  readonly uri: string;
  /** Fills its disk to 94 %. */
  fillDisk(): Promise<void>;
  /** Stops its process without a word: connections stay open and get no response. */
  freeze(): void;
  stop(): Promise<void>;
}

/** Who is not root may mount in a user namespace (user_namespaces(7)). */
const NAMESPACES = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];

/**
 * Starts one whose disk is a file system in memory (tmpfs(5)), mounted in a namespace that ends with it
 * (mount_namespaces(7)). Needs root, or a system that lets others make user namespaces.
 */
export async function startMongodOnSmallDisk(): Promise<MongodOnSmallDisk> {
  const mount = `mount -t tmpfs -o size=${DISK_SIZE} tmpfs "$0" && exec "$@"`;
  const mongod = await startLoneMongod((folder) => ['unshare', ...NAMESPACES, 'sh', '-c', mount, folder]);
  // By default it makes no index where less is free than this whole disk has.
  await commandAt(new URL(mongod.uri).host, { setParameter: 1, indexBuildMinAvailableDiskSpaceMB: 0 });
  const pid = await mongod.processId();
  // Only its own processes see the disk that is mounted there.
  const disk = join(`/proc/${pid}/root`, mongod.folder);
  return {
    uri: mongod.uri,
    async fillDisk() {
      const { blocks, bfree, bsize } = await statfs(disk);
      const bytes = Math.round((bfree - blocks * FREE_SHARE) * bsize);
      await run('fallocate', ['--length', String(bytes), join(disk, 'filled')]);
    },
    freeze() {
      process.kill(pid, 'SIGSTOP');
    },
    async stop() {
      process.kill(pid, 'SIGCONT');
      await mongod.stop();
    },
  };
}
