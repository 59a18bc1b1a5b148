/** Settings that are missing or malformed. The start prints its `problems`, one line each, and ends. */
export class SettingError extends Error {
  /** @param problems one line each: the variable's name, what is wrong and how to fix it, never its value. */
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingError';
  }
}
