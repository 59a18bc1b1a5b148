/**
 * Makes a record of names that somebody else chose. It has no prototype, so that a name such as
 * `constructor` or
 * `__proto__` is a name like any other, whether it is looked up or was never given.
 */
export function toFreeRecord<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  const record = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}
