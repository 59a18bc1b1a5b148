/** The operand of an `$inc`: the increments that change something. An empty one is allowed since MongoDB 5.0. */
export function withoutZeros(increments: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(increments).flatMap(([name, by]) => (by === undefined || by === 0 ? [] : [[name, by]])),
  );
}
