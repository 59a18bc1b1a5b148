import { toWellFormedText } from './well-formed-text.js';

/** Unknown properties that a response names. */
const MAX_NAMES = 20;

const MAX_NAME_LENGTH = 200;

/** What was found in the bodies that RequestPipe has read, by their requests. */
const found = new WeakMap<object, readonly string[]>();

/**
 * Collects the properties of one body that its request class does not have: at most 20, each under its path
 * and as it was written, in at most 200 characters. What more there is, is not kept.
 */
export class UnknownProperties {
  private readonly collected: string[] = [];

  /** @param path before the name: empty, or ending in a dot. */
  add(path: string, name: string): void {
    if (this.isFull) return;
    const whole = `${path}${name}`;
    const short = whole.length <= MAX_NAME_LENGTH ? whole : `${whole.slice(0, MAX_NAME_LENGTH)}…`;
    // A reader of the response may refuse a lone surrogate.
    this.collected.push(toWellFormedText(short));
  }

  get isFull(): boolean {
    return this.collected.length >= MAX_NAMES;
  }

  get names(): readonly string[] {
    return this.collected;
  }

  /** Messages by property, as a rejected request has them. */
  get errors(): ReadonlyMap<string, readonly string[]> {
    return new Map(this.collected.map((name) => [name, [`${name} is not a property of this request`]]));
  }
}

/** Keeps the unknown properties of the body from which `request` was made, for as long as the request is. */
export function keepUnknownProperties(request: object, { names }: UnknownProperties): void {
  if (names.length > 0) found.set(request, names);
}

/** The unknown properties of the body from which RequestPipe made `request`; none for any other object. */
export function findUnknownProperties(request: object): readonly string[] {
  return found.get(request) ?? [];
}
