/** Asks until `isReached` accepts the answer; fails with the last answer when that takes too long. */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  isReached: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (isReached(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not reached in ${timeoutMs} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
