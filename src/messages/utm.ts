/** Campaign parameters (support.google.com/analytics, "Collect campaign data with custom URLs"). */
export interface Utm {
  readonly source?: string;
  readonly medium?: string;
  readonly campaign?: string;
  readonly content?: string;
}

const NAMES = ['source', 'medium', 'campaign', 'content'] as const;

/** Any campaign parameter, also one that cannot be given here, such as `utm_term`. */
const CAMPAIGN_PARAMETER = /^utm_/i;

/** The parameters of a request, of which each may be absent or null. */
type RequestedUtm = { readonly [Name in keyof Utm]?: Utm[Name] | null };

/** Returns the parameters that are given; null when there are none. Spaces around them are left out. */
export function readUtm(request: RequestedUtm | null | undefined): Utm | null {
  const given = NAMES.flatMap((name) => {
    const value = request?.[name]?.trim();
    return value ? [[name, value] as const] : [];
  });
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** Adds the parameters to a link that has no campaign parameter; the rest of the link stays as it is. */
export function addUtm(link: string, utm: Utm): string {
  const [whole, fragment] = split(link, '#');
  const [address, query] = split(whole, '?');
  const names = new URLSearchParams(query).keys();
  if ([...names].some((name) => CAMPAIGN_PARAMETER.test(name))) return link;
  const added = NAMES.flatMap((name) =>
    utm[name] === undefined ? [] : [`utm_${name}=${encodeURIComponent(utm[name])}`],
  );
  const parameters = [...(query ? [query] : []), ...added].join('&');
  return `${address}?${parameters}${fragment === undefined ? '' : `#${fragment}`}`;
}

/** Splits at the first separator. */
function split(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
