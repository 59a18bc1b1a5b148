import { createHash } from 'node:crypto';
import { JSONParser, TokenType } from '@streamparser/json';
import { AppError, invalidProperty, invalidProperties } from '../../core/errors/errors.js';
import { MAX_LENGTH } from '../../core/validation/limits.js';
import type { Visitor } from '../ledger/batch.js';
import { readFieldValues } from './field-values.js';
import { isRecord } from '../../core/validation/is-record.js';
import { UnknownProperties } from '../../core/validation/unknown-properties.js';
import { isWellFormedText } from '../../core/validation/well-formed-text.js';

const LIST = 'visitorsFieldsList';
const FLAG = 'replacementIsMandatory';

const PROPERTIES: readonly string[] = [LIST, FLAG].map((name) => name.toLowerCase());

/** `replaceFields`: computed from the fields, so that .NET callers serialize it with them. It is not read. */
const VISITOR_PROPERTIES: readonly string[] = ['visitorguid', 'fields', 'replacefields'];

/** No list needs deeper nesting. Without a limit, the parser's memory grows with every open bracket. */
const MAX_DEPTH = 16;

/** What is known of a list once it is complete, besides its visitors. */
export interface VisitorListEnd {
  readonly replacementIsMandatory: boolean;
  /** SHA-256 of the body's bytes, base64url. */
  readonly hash: string;
  /** Properties that are ignored, at most 20. */
  readonly unknownProperties: readonly string[];
}

/**
 * Reads the body of a list send piece by piece:
 * `{replacementIsMandatory, visitorsFieldsList: [{visitorGuid, fields}]}`, names in any case.
 * It keeps only the visitors' guids in memory; a guid that occurs again is skipped.
 * Throws `payload_too_large`, `malformed_json`, or `validation_failed` with the name of the invalid property.
 */
export class VisitorListReader {
  private readonly parser = new JSONParser({ paths: ['$.*', '$.*.*'], keepStack: false });
  private readonly hash = createHash('sha256');
  private readonly guids = new Set<string>();
  private readonly unknown = new UnknownProperties();
  private visitors: Visitor[] = [];
  private problem: Error | undefined;
  private bytes = 0;
  private items = 0;
  private depth = 0;
  private hasList = false;
  private replacementIsMandatory = false;

  /**
   * @param wanted the names of the fields to keep, in lower case.
   * @param maxBytes the largest body that is accepted.
   * @param isStrict whether unknown properties are invalid.
   */
  constructor(
    private readonly wanted: ReadonlySet<string>,
    private readonly maxBytes: number,
    private readonly isStrict: boolean,
  ) {
    this.parser.onError = () => {
      this.problem ??= new AppError('malformed_json', 'The body is not valid JSON.');
    };
    this.parser.onToken = ({ token }) => {
      this.watchDepth(token);
    };
    this.parser.onValue = ({ value, key, parent, stack }) => {
      try {
        if (stack.length === 1) this.takeProperty(key, value);
        else this.takeItem(stack[1]?.key, value, parent);
      } catch (error) {
        this.problem ??= error as Error;
      }
    };
  }

  /** Reads the next piece and returns the visitors that it completes. */
  read(piece: Buffer): Visitor[] {
    this.bytes += piece.length;
    if (this.bytes > this.maxBytes) {
      throw new AppError('payload_too_large', 'The body is larger than this route accepts.');
    }
    this.hash.update(piece);
    this.parser.write(piece);
    if (this.problem !== undefined) throw this.problem;
    const completed = this.visitors;
    this.visitors = [];
    if (this.isRejected && this.unknown.isFull) this.rejectUnknown();
    return this.isRejected ? [] : completed;
  }

  /**
   * Ends the list. Throws `malformed_json` for an incomplete body, `validation_failed` without visitors and
   * for unknown properties that are invalid.
   */
  end(): VisitorListEnd {
    if (!this.parser.isEnded) throw new AppError('malformed_json', 'The body is not valid JSON.');
    if (this.isRejected) this.rejectUnknown();
    if (!this.hasList || this.items === 0) throw invalidProperty(LIST, 'must be a list of at least one visitor');
    return {
      replacementIsMandatory: this.replacementIsMandatory,
      hash: this.hash.digest('base64url'),
      unknownProperties: this.unknown.names,
    };
  }

  /** The list is then only read on for the names of further unknown properties. */
  private get isRejected(): boolean {
    return this.isStrict && this.unknown.names.length > 0;
  }

  private rejectUnknown(): never {
    throw invalidProperties(this.unknown.errors);
  }

  private watchDepth(token: TokenType): void {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.depth += 1;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.depth -= 1;
    if (this.depth > MAX_DEPTH) this.problem ??= new AppError('validation_failed', 'The body is nested too deeply.');
  }

  private takeProperty(key: unknown, value: unknown): void {
    if (typeof key !== 'string') throw new AppError('validation_failed', 'The body must be a JSON object.');
    if (!PROPERTIES.includes(key.toLowerCase())) this.unknown.add('', key);
    if (isList(key)) {
      if (!Array.isArray(value)) throw invalidProperty(LIST, 'must be a list of at least one visitor');
      this.hasList = true;
    }
    if (key.toLowerCase() !== FLAG.toLowerCase()) return;
    if (typeof value !== 'boolean' && value !== null) throw invalidProperty(FLAG, 'must be a boolean value');
    this.replacementIsMandatory = value ?? false;
  }

  private takeItem(property: unknown, value: unknown, parent: unknown): void {
    // Otherwise the parser keeps all items until the list ends.
    if (Array.isArray(parent)) parent.length = 0;
    if (!isList(property)) return;
    const path = `${LIST}.${this.items}`;
    const visitor = readVisitor(value, path, this.wanted);
    for (const name of Object.keys(value as object)) {
      if (!VISITOR_PROPERTIES.includes(name.toLowerCase())) this.unknown.add(`${path}.`, name);
    }
    this.items += 1;
    if (this.guids.has(visitor.guid)) return;
    this.guids.add(visitor.guid);
    this.visitors.push(visitor);
  }
}

function isList(key: unknown): boolean {
  return typeof key === 'string' && key.toLowerCase() === LIST.toLowerCase();
}

function readVisitor(value: unknown, path: string, wanted: ReadonlySet<string>): Visitor {
  if (!isRecord(value)) throw invalidProperty(path, 'must be an object');
  const guid = readProperty(value, 'visitorguid');
  if (typeof guid !== 'string' || !/\S/.test(guid) || guid.length > MAX_LENGTH.visitorGuid || !isWellFormedText(guid)) {
    throw invalidProperty(`${path}.visitorGuid`, `must be a text of 1 to ${MAX_LENGTH.visitorGuid} characters`);
  }
  const fields = readProperty(value, 'fields') ?? {};
  if (!isRecord(fields)) throw invalidProperty(`${path}.fields`, 'must be an object');
  return { guid, values: readFieldValues(Object.entries(fields), `${path}.fields`, wanted) };
}

function readProperty(record: Readonly<Record<string, unknown>>, lowerCaseName: string): unknown {
  return Object.entries(record).find(([name]) => name.toLowerCase() === lowerCaseName)?.[1];
}
