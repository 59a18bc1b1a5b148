/** Reads what was chosen here before. Undefined where it is none of `choices`, or storage is blocked. */
export function readChoice<T extends string>(key: string, choices: readonly T[]): T | undefined {
  try {
    const stored = localStorage.getItem(key);
    return choices.find((choice) => choice === stored);
  } catch {
    return undefined;
  }
}

/** Keeps a choice for this browser; without storage, for as long as the page is open. */
export function keepChoice(key: string, choice: string): void {
  try {
    localStorage.setItem(key, choice);
  } catch {
    // Private windows of some browsers have none; the choice holds until the page is closed.
  }
}
