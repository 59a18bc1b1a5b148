import { readFileSync } from 'node:fs';
import { decodeBase64 } from '../crypto/base64.js';
import { toInstant } from '../validation/instant.js';

/** Environment variables in the shape of `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads typed settings from the environment and collects all problems instead of throwing the first one. */
export class SettingReader {
  /** One line each: the setting's name, a colon, and what is wrong with it. */
  readonly problems: string[] = [];

  constructor(private readonly env: Environment) {}

  /** The trimmed value of `name`; undefined when it is unset or blank. */
  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** As `text`, or the content of the file that `NAME_FILE` names, as container secrets are mounted. */
  secret(name: string): string | undefined {
    const path = this.text(`${name}_FILE`);
    if (path === undefined) return this.text(name);
    if (this.text(name) !== undefined) this.reject(`${name}_FILE`, `give either ${name} or ${name}_FILE, not both`);
    const content = this.file(`${name}_FILE`);
    return content === '' ? undefined : content;
  }

  /**
   * The trimmed content of the file whose path is the value of `name`. Undefined when `name` is unset, or
   * when the file cannot be read, which is a problem.
   */
  file(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      this.reject(name, 'the file cannot be read');
      return undefined;
    }
  }

  /**
   * The whole number of `name`. Returns `fallback` when it is unset or, which is a problem, not from `min` to
   * `max`.
   */
  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.reject(name, `must be a whole number from ${min} to ${max}`);
    return fallback;
  }

  /**
   * Checks that `value` is a URL with one of the `schemes` and returns it without slashes at its end. Returns
   * undefined when `value` is undefined or, which is a problem, another text.
   */
  url(name: string, schemes: readonly string[], value: string | undefined): string | undefined {
    if (value === undefined) return undefined;
    const scheme = schemes.find((candidate) => value.startsWith(`${candidate}://`));
    if (scheme !== undefined && value.length > `${scheme}://`.length) return value.replace(/\/+$/, '');
    this.reject(name, `must be a URL that starts with ${schemes.map((each) => `${each}://`).join(' or ')}`);
    return undefined;
  }

  /** The http or https URL of `name`, as `url` returns it. */
  httpUrl(name: string): string | undefined {
    const value = this.url(name, ['http', 'https'], this.text(name));
    if (value === undefined || URL.canParse(value)) return value;
    this.reject(name, 'is no valid URL');
    return undefined;
  }

  /** The decoded base64 of a secret that must have exactly `bytes` bytes. */
  bytes(name: string, bytes: number): Buffer | undefined {
    const text = this.secret(name);
    if (text === undefined) return undefined;
    const value = decodeBase64(text);
    if (value?.length === bytes) return value;
    this.reject(name, `must be base64 of ${bytes} bytes (openssl rand -base64 ${bytes})`);
    return undefined;
  }

  /**
   * The ISO 8601 date of `name`, in UTC without an offset. Undefined when it is unset or, which is a problem,
   * another text.
   */
  instant(name: string): Date | undefined {
    const value = toInstant({ value: this.text(name) });
    if (!Number.isNaN(value?.getTime())) return value;
    this.reject(name, 'must be a date in ISO 8601, such as 2027-01-31T00:00:00Z');
    return undefined;
  }

  /** Whether `name` is `true`; unset means false, any other text than `true` or `false` is a problem. */
  flag(name: string): boolean {
    return this.choice(name, this.text(name), ['true', 'false']) === 'true';
  }

  /** `value`, if it is one of `choices`; any other text is a problem. */
  choice<T extends string>(name: string, value: string | undefined, choices: readonly T[]): T | undefined {
    if (value === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.reject(name, `must be one of ${choices.join(', ')}`);
    return choice;
  }

  /** Adds a problem. `problem` must not contain the setting's value. */
  reject(name: string, problem: string): void {
    this.problems.push(`${name}: ${problem}`);
  }
}
