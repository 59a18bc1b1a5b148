import { type Child, startChild } from '../child.js';
import { type Comparison, compare, type Sample } from '../measurement.js';
import type { Options } from '../options.js';
import { inRepository } from '../paths.js';
import type { EncryptionArgument, EncryptionCommand, EncryptionResult } from '../processes/encryption.js';

type Encryption = Child<null, EncryptionCommand, EncryptionResult>;

/** The product's encryption; its shape is that of `EncryptionTarget`. */
const TARGET = { file: inRepository('dist/push-api/web-push-encryption.js'), name: 'encryptPayload' };

const WARM_UP_SECONDS = 2;

/** Measures encryptions per second in one process, with keys that are new each time. */
export async function measureEncryption({ rounds, seconds }: Options): Promise<Comparison> {
  const floor: Encryption = await startChild('encryption', { target: undefined } satisfies EncryptionArgument);
  const ours: Encryption = await startChild('encryption', { target: TARGET } satisfies EncryptionArgument);
  try {
    await run(floor, WARM_UP_SECONDS);
    await run(ours, WARM_UP_SECONDS);
    return await compare(
      'encryptions/s',
      rounds,
      () => run(floor, seconds),
      () => run(ours, seconds),
    );
  } finally {
    await Promise.all([floor.stop(), ours.stop()]);
  }
}

async function run(child: Encryption, seconds: number): Promise<Sample> {
  const result = await child.ask({ seconds });
  return { rate: result.encryptions / result.seconds, seconds: result.seconds };
}
