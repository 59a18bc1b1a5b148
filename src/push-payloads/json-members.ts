/** Serializes an object without its braces. */
export function members(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}
