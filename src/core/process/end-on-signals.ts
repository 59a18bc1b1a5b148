import type { Logger } from '@nestjs/common';

/**
 * The time for work in progress to end; after it the process exits and another worker takes over the batches.
 */
const SHUTDOWN_MS = 28_000;

/** Ends what was started. */
type Stop = () => Promise<unknown>;

/**
 * Ends the process with exit code 0 at SIGTERM or SIGINT. Returns a function that is told what to stop first,
 * in at most 28 s; until then nothing is in flight, and the process ends at once. This is called before
 * anything is started: the first process of a container gets no signal that it does not handle
 * (pid_namespaces(7)). Further signals change nothing: a terminal sends SIGINT to npm and to its child, to
 * which npm passes its own on.
 */
export function endOnSignals(logger: Logger): (stop: Stop) => void {
  let stopFirst: Stop | undefined;
  let isEnding = false;
  const end = (signal: string): void => {
    if (isEnding) return;
    isEnding = true;
    if (stopFirst === undefined) {
      logger.log(`${signal} during the start`);
      process.exit(0);
    }
    logger.log(`${signal}: finishing what is in flight`);
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref();
    void stopFirst().finally(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  return (stop) => {
    stopFirst = stop;
  };
}
