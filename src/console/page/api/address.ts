type Parameters = Readonly<Record<string, unknown>>;

/**
 * Returns the address of a call, relative to the console's page: `/domains/{name}` with `{name: 'a/b'}` is
 * `domains/a%2Fb`, which works behind a proxy's path prefix. Members of the query that are undefined, null or
 * empty are left out; a list becomes one parameter for each item.
 */
export function toAddress(template: string, path: Parameters = {}, query: Parameters = {}): string {
  const filled = template
    .slice(1)
    .replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(path[name])));
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => toItems(value).map((item) => [name, String(item)])),
  );
  return parameters.size === 0 ? filled : `${filled}?${parameters.toString()}`;
}

function toItems(value: unknown): unknown[] {
  return [value].flat().filter((item) => item !== undefined && item !== null && item !== '');
}
