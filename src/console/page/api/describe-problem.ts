import { useFormat } from '../texts/format.js';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';
import type { Problem } from './problem.js';

/** Returns what says a problem in the reader's language, and what to do. */
export function useProblemText(): (problem: Problem) => string {
  const { problems } = useTexts(commonTexts);
  const format = useFormat();
  return ({ status, retryAfterSeconds }) => {
    if (status === 429)
      return retryAfterSeconds === undefined
        ? problems.tooManyNow
        : problems.tooMany(format.duration(retryAfterSeconds));
    const known: Readonly<Record<number, string>> = {
      0: problems.unreachable,
      400: problems.invalid,
      401: problems.unauthenticated,
      403: problems.forbidden,
      404: problems.notFound,
      503: problems.unavailable,
    };
    return known[status] ?? problems.unknown(status);
  };
}
