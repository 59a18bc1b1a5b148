/** A setting that is missing or malformed; the start ends with one line for each of its `faults`. */
export class SettingError extends Error {
  /** @param faults one line each: the variable's name, what is wrong and what to do, never its value. */
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'SettingError';
  }
}
