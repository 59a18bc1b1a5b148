/** Why a call failed, for the page to show. */
export class Problem extends Error {
  /**
   * @param status of the response; 0 when none arrived.
   * @param detail the API's own sentence, in English.
   * @param errors of a rejected body, by property.
   * @param retryAfterSeconds when the call may be tried again, where the response says it.
   */
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors: Readonly<Record<string, readonly string[]>> = {},
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
  }
}

/** Returns the problem of a thrown value; what is no Problem is a defect of the console's own. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, error instanceof Error ? error.message : String(error));
}

/** Reads a problem document (RFC 9457), or whatever a proxy answered instead. */
export async function readProblem(response: Response): Promise<Problem> {
  const document = (await response.json().catch(() => ({}))) as { detail?: unknown; errors?: unknown };
  const { detail, errors } = document;
  return new Problem(
    response.status,
    typeof detail === 'string' ? detail : response.statusText,
    readErrors(errors),
    readRetryAfter(response.headers.get('retry-after')),
  );
}

function readErrors(errors: unknown): Record<string, string[]> {
  if (typeof errors !== 'object' || errors === null) return {};
  return Object.fromEntries(
    Object.entries(errors).map(([name, texts]) => [name, [texts].flat().map((text) => String(text))]),
  );
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
export function readRetryAfter(header: string | null, nowMs = Date.now()): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, Math.ceil((dateMs - nowMs) / 1_000));
}
