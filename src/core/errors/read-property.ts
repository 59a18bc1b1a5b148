/** A property of whatever was thrown; undefined where that is no object, or has no such property. */
export function readProperty(thrown: unknown, name: string): unknown {
  return typeof thrown === 'object' && thrown !== null ? (thrown as Record<string, unknown>)[name] : undefined;
}
