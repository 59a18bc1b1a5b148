import { useEffect, useState } from 'preact/hooks';

/** Where the console is: the fragment of its address, `#/domains/example.com/messages?text=sale`. */
export interface Location {
  /** Decoded segments of the path, without empty ones. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** Parses a fragment. What is no percent-encoding stays as it is. */
export function parseFragment(fragment: string): Location {
  const [path = '', query = ''] = fragment.replace(/^#/, '').split('?', 2);
  const segments = path.split('/').filter((segment) => segment !== '');
  return { segments: segments.map(decode), query: new URLSearchParams(query) };
}

/**
 * Returns the variables of a location by a pattern such as `/domains/:domain`; undefined when it has another
 * number of segments, or other fixed ones.
 */
export function matchPattern(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = pattern.split('/').filter((part) => part !== '');
  const isMatch =
    parts.length === segments.length && parts.every((part, at) => part.startsWith(':') || part === segments[at]);
  if (!isMatch) return undefined;
  return Object.fromEntries(
    parts.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), segments[at] ?? '']] : [])),
  );
}

/** Returns the fragment of a page, for example `toFragment('/domains/:domain', { domain })`. */
export function toFragment(
  pattern: string,
  variables: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string>> = {},
): string {
  const path = pattern.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(variables[name] ?? ''));
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return parameters.size === 0 ? `#${path}` : `#${path}?${parameters.toString()}`;
}

/** Goes to a page, as a link does. */
export function navigate(fragment: string): void {
  location.hash = fragment;
}

/** Replaces the query of the present page without a new entry in the history. */
export function replaceFragment(fragment: string): void {
  history.replaceState(history.state, '', fragment);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Returns where the console is, and renders again when that changes. */
export function useLocation(): Location {
  const [current, setCurrent] = useState(() => parseFragment(location.hash));
  useEffect(() => {
    const follow = (): void => {
      setCurrent(parseFragment(location.hash));
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);
  return current;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
