/**
 * Returns `increments` without zero and undefined, as the operand of `$inc`. MongoDB allows an empty operand
 * since version 5.0.
 */
export function nonZero(increments: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(increments).flatMap(([name, by]) => (by === undefined || by === 0 ? [] : [[name, by]])),
  );
}
