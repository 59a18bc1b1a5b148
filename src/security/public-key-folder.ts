import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SettingError } from '../core/config/setting-error.js';
import { failedKeyReads } from '../core/process/metrics.js';
import { type KeyFile, parsePublicKeys, type PublicKey, readKeyFiles } from './public-keys.js';

/**
 * How often the folder is read. Its files are compared by content: the secrets that Kubernetes mounts are
 * exchanged by a symbolic link, and a network's file system tells no watcher (nodejs.org, "fs.watch").
 */
const READ_MS = 5_000;

/**
 * The public keys of a folder, read again every 5 s and when asked. While the folder cannot be read, is
 * empty, or has a file without a valid key, the keys before stay in use; the log says why, once for each
 * reason, and a metric counts each attempt.
 */
export class PublicKeyFolder implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Tokens');
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private problem: string | undefined;

  private constructor(
    private readonly directory: string,
    private files: readonly KeyFile[],
    private keys: readonly PublicKey[],
  ) {}

  /** Throws a SettingError when the folder, or a file of it, is not valid. */
  static async open(directory: string): Promise<PublicKeyFolder> {
    const files = await readKeyFiles(directory);
    return new PublicKeyFolder(directory, files, parsePublicKeys(files));
  }

  get current(): readonly PublicKey[] {
    return this.keys;
  }

  onModuleInit(): void {
    this.timer = setInterval(() => {
      void this.readAgain();
    }, READ_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Resolves when the folder was read; never rejects. One that does not answer is asked once. */
  readAgain(): Promise<void> {
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async read(): Promise<void> {
    try {
      const files = await readKeyFiles(this.directory);
      const isChanged = JSON.stringify(files) !== JSON.stringify(this.files);
      if (isChanged) this.replace(files);
      this.problem = undefined;
    } catch (error) {
      this.report(error);
    }
  }

  private replace(files: readonly KeyFile[]): void {
    this.keys = parsePublicKeys(files);
    this.files = files;
    this.logger.log(`Keys of JWT_PUBLIC_KEYS_DIR in use: ${files.map(({ file }) => file).join(', ')}`);
  }

  private report(error: unknown): void {
    failedKeyReads.inc();
    const problem = error instanceof SettingError ? error.problems.join('; ') : String(error);
    if (problem === this.problem) return;
    this.problem = problem;
    this.logger.error(`${problem}. The keys that were read before stay in use`);
  }
}
