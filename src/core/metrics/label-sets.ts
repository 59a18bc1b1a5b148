/**
 * Of a label whose values the code names, or the settings: its room holds them to a closed set. Never a
 * domain, a message, a token, or a host that a caller has written.
 */
export const NAMED_ELSEWHERE: readonly string[] = [];

/** Of a call without a response. */
const NO_RESPONSE = 'none';

/** Everything that has no name of its own. */
export const OTHER = 'other';

/**
 * The statuses that HTTP defines and that are met in practice (RFC 9110, section 15; RFC 6585; RFC 8030).
 * A peer may answer any number.
 */
const KNOWN_STATUSES = [
  ...['200', '201', '202', '204', '206', '301', '302', '303', '304', '307', '308'],
  ...['400', '401', '402', '403', '404', '405', '406', '408', '409', '410', '411', '412', '413', '414', '415'],
  ...['416', '417', '421', '422', '425', '426', '428', '429', '431', '451', '499'],
  ...['500', '501', '502', '503', '504', '505', '507', '508', '511'],
] as const;

/** The values of a label for an HTTP status. */
export const STATUSES = [...KNOWN_STATUSES, NO_RESPONSE, OTHER] as const;

export type StatusLabel = (typeof STATUSES)[number];

const known: ReadonlyMap<number, StatusLabel> = new Map(KNOWN_STATUSES.map((status) => [Number(status), status]));

/** The label of a status; `none` for null, `other` for a number that HTTP does not define. */
export function toStatusLabel(status: number | null): StatusLabel {
  return status === null ? NO_RESPONSE : (known.get(status) ?? OTHER);
}

/** What became of a command of a store. */
export const COMMAND_OUTCOMES = ['ok', 'error'] as const;
