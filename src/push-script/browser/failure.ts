/** How long PushScript waits for the API, the worker, the push service or the page's Firebase. */
const TIME_LIMIT_MS = 30_000;

/** Something that keeps the visitor from being a contact; `message` has no personal data. */
export class Failure extends Error {
  /** Tells it from other errors, also where another file of PushScript, with its own class, throws it. */
  override readonly name = 'PushScriptFailure';

  /** @param httpStatus the status of the API's response; 0 without one. */
  constructor(
    readonly reason: PushScriptReason,
    message = '',
    readonly httpStatus = 0,
  ) {
    super(message);
  }
}

/** Returns whether this file or another one of PushScript has thrown the error as a Failure. */
export function isFailure(error: unknown): error is Failure {
  return error instanceof Error && error.name === 'PushScriptFailure';
}

/** Returns a failure as it is, and any other error with this reason and its own message. */
export function toFailure(error: unknown, reason: PushScriptReason): Failure {
  return isFailure(error) ? error : new Failure(reason, describe(error));
}

/** Describes a browser's error, which names no endpoint or token, by its name and message. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : '';
}

/**
 * Settles as `work` does, or throws a Failure with this reason after `TIME_LIMIT_MS`. The work itself goes
 * on: what it still achieves is found on the next visit.
 */
export async function within<T>(work: Promise<T>, reason: PushScriptReason): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Failure(reason, `no answer in ${TIME_LIMIT_MS / 1_000} s`));
    }, TIME_LIMIT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
