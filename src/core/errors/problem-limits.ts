import type { AppError } from './errors.js';

/**
 * A response must not grow with the faults or the names of a request: it would cost more than it, and be
 * sent for less.
 */
const MAX_PROPERTIES = 20;
const MAX_NAME_LENGTH = 200;
const MAX_DETAIL_LENGTH = 1_000;

/** Returns detail and errors of a problem document in bounded size, whatever the request had. */
export function limitProblem({
  detail,
  context,
}: AppError): Pick<AppError, 'detail'> & Pick<AppError['context'], 'errors'> {
  const short = shorten(detail, MAX_DETAIL_LENGTH);
  if (context.errors === undefined) return { detail: short };
  const entries = Object.entries(context.errors).slice(0, MAX_PROPERTIES);
  const errors = entries.map(([name, messages]): [string, string[]] => [
    shorten(name, MAX_NAME_LENGTH),
    messages.slice(0, MAX_PROPERTIES).map((message) => shorten(message, MAX_NAME_LENGTH)),
  ]);
  return { detail: short, errors: Object.fromEntries(errors) };
}

function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
