/** What was shown, by entry of the tab's history and by name; it ends with the page. */
const remembered = new Map<string, unknown>();

/** Lists of 10,000 rows take some megabytes each. */
const MAX_REMEMBERED = 12;

let entries = 0;

/** Returns what tells the present entry of the history from the others, however often it is gone back to. */
export function readEntry(): string {
  const state: unknown = history.state;
  if (typeof state === 'object' && state !== null && 'entry' in state) return String(state.entry);
  entries += 1;
  // The history outlives the page, whose count begins again.
  const entry = `${Date.now()} ${entries}`;
  history.replaceState({ entry }, '');
  return entry;
}

/** Remembers what an entry shows, for who goes back to it. */
export function remember(entry: string, name: string, shown: unknown): void {
  const key = `${entry} ${name}`;
  remembered.delete(key);
  remembered.set(key, shown);
  const [oldest] = remembered.keys();
  if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

/** Returns what was remembered under the name, which has one type; undefined for nothing. */
export function recall(entry: string, name: string): unknown {
  return remembered.get(`${entry} ${name}`);
}

/** Forgets everything: it is another's, or something was changed and must be asked for again. */
export function forgetEntries(): void {
  remembered.clear();
}
