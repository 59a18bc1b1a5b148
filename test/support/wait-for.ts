/**
 * Calls `ask` every 100 ms until `isReached` accepts its value. Rejects with the last value after
 * `timeoutMs`, which is long: a busy machine reaches a condition late, only a fault never does.
 */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  isReached: (value: T) => boolean,
  timeoutMs = 120_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (isReached(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not reached in ${timeoutMs} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
