import { readFileSync } from 'node:fs';
import { decodeBase64 } from './base64.js';

/** The environment variables of a process, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads typed settings from the environment and collects what is wrong with them instead of stopping at the first. */
export class SettingReader {
  readonly faults: string[] = [];

  constructor(private readonly env: Environment) {}

  /** The value of `name`, or undefined when it is unset or empty. */
  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** As `text`; also read from the file that `NAME_FILE` names, the way container secrets are mounted. */
  secret(name: string): string | undefined {
    const path = this.text(`${name}_FILE`);
    if (path === undefined) return this.text(name);
    if (this.text(name) !== undefined) this.fault(`${name}_FILE`, `give either ${name} or ${name}_FILE, not both`);
    const content = this.file(`${name}_FILE`);
    return content === '' ? undefined : content;
  }

  /** What the file that `name` names holds, without white space around it; undefined when there is none. */
  file(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      this.fault(name, 'the file cannot be read');
      return undefined;
    }
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.fault(name, `must be a whole number from ${min} to ${max}`);
    return fallback;
  }

  /** An absolute URL with one of the `schemes`, without a slash at its end. */
  url(name: string, schemes: readonly string[], value: string | undefined): string | undefined {
    if (value === undefined) return undefined;
    const scheme = schemes.find((candidate) => value.startsWith(`${candidate}://`));
    if (scheme !== undefined && value.length > `${scheme}://`.length) return value.replace(/\/+$/, '');
    this.fault(name, `must be a URL that starts with ${schemes.map((each) => `${each}://`).join(' or ')}`);
    return undefined;
  }

  httpUrl(name: string): string | undefined {
    const value = this.url(name, ['http', 'https'], this.text(name));
    if (value === undefined || URL.canParse(value)) return value;
    this.fault(name, 'is no valid URL');
    return undefined;
  }

  /** Base64 of exactly `bytes` bytes. */
  bytes(name: string, bytes: number): Buffer | undefined {
    const text = this.secret(name);
    if (text === undefined) return undefined;
    const value = decodeBase64(text);
    if (value?.length === bytes) return value;
    this.fault(name, `must be base64 of ${bytes} bytes (openssl rand -base64 ${bytes})`);
    return undefined;
  }

  choice<T extends string>(name: string, value: string | undefined, choices: readonly T[]): T | undefined {
    if (value === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.fault(name, `must be one of ${choices.join(', ')}`);
    return choice;
  }

  fault(name: string, problem: string): void {
    this.faults.push(`${name}: ${problem}`);
  }
}
