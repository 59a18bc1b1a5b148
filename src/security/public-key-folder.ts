import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SettingError } from '../core/config/setting-error.js';
import { failedKeyReads } from '../core/metrics/access.metrics.js';
import { byFile, invalidKeys, type PublicKey, readPublicKeys } from './public-keys.js';

/**
 * How often the folder is read. Its files are compared by content: the secrets that Kubernetes mounts are
 * exchanged by a symbolic link, and a network's file system tells no watcher (nodejs.org, "fs.watch").
 */
const READ_MS = 5_000;

/**
 * The public keys of a folder, read again every 5 s and when asked. A file that holds no key any more keeps
 * the one that it held; a key whose file is gone is gone. While the folder cannot be read or is empty, all
 * keys stay in use. The log says why, once for each reason, and a metric counts each attempt.
 */
export class PublicKeyFolder implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Tokens');
  private timer: NodeJS.Timeout | undefined;
  private reading = Promise.resolve();
  private next: Promise<void> | undefined;
  private problem = '';

  private constructor(
    private readonly directory: string,
    private keys: readonly PublicKey[],
  ) {}

  /** Throws a SettingError when the folder, or a file of it, is not valid. */
  static async open(directory: string): Promise<PublicKeyFolder> {
    const { keys, problems } = await readPublicKeys(directory);
    if (problems.size > 0) throw invalidKeys([...problems.values()]);
    return new PublicKeyFolder(directory, keys);
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

  /**
   * Resolves when the folder was read as it is now; never rejects. During a read, which may have read a file
   * before it changed, one more is begun after it, however many ask.
   */
  readAgain(): Promise<void> {
    this.next ??= this.reading.then(() => {
      this.next = undefined;
      this.reading = this.read();
      return this.reading;
    });
    return this.next;
  }

  private async read(): Promise<void> {
    try {
      const { keys, problems } = await readPublicKeys(this.directory);
      this.replace([...keys, ...this.keys.filter(({ file }) => problems.has(file))].sort(byFile));
      this.report(invalidKeys([...problems.values()]).problems);
    } catch (error) {
      this.report(error instanceof SettingError ? error.problems : [String(error)]);
    }
  }

  private replace(keys: readonly PublicKey[]): void {
    if (toText(keys) === toText(this.keys)) return;
    this.keys = keys;
    this.logger.log(`Keys of JWT_PUBLIC_KEYS_DIR in use: ${keys.map(({ file }) => file).join(', ')}`);
  }

  private report(problems: readonly string[]): void {
    const problem = problems.join('; ');
    if (problem !== '') failedKeyReads.inc();
    if (problem === this.problem) return;
    this.problem = problem;
    if (problem !== '') this.logger.error(`${problem}. What was read of it before stays in use`);
  }
}

function toText(keys: readonly PublicKey[]): string {
  return JSON.stringify(keys.map(({ file, content }) => [file, content]));
}
