import { createHash } from 'node:crypto';
import { JSONParser, TokenType } from '@streamparser/json';
import { AppError, invalidProperty } from '../core/errors.js';
import { MAX_LENGTH } from '../core/limits.js';
import type { Visitor } from './batches.repository.js';
import { readFieldValues } from './field-values.js';

const LIST = 'visitorsFieldsList';
const FLAG = 'replacementIsMandatory';

/** Nesting that no list needs; the parser would keep a place in memory for every open bracket. */
const MAX_DEPTH = 16;

/** What a whole list says besides its visitors. */
export interface VisitorListEnd {
  readonly replacementIsMandatory: boolean;
  /** The same for the same bytes alone. */
  readonly hash: string;
}

/**
 * Reads the body of a list send piece by piece, `{replacementIsMandatory, visitorsFieldsList: [{visitorGuid, fields}]}`,
 * and keeps no more of it than the visitors' guids: of those who are named twice the first counts.
 * Throws `payload_too_large`, `malformed_json`, or `validation_failed` with the name of what is wrong.
 */
export class VisitorListReader {
  private readonly parser = new JSONParser({ paths: ['$.*', '$.*.*'], keepStack: false });
  private readonly hash = createHash('sha256');
  private readonly guids = new Set<string>();
  private visitors: Visitor[] = [];
  private fault: Error | undefined;
  private bytes = 0;
  private items = 0;
  private depth = 0;
  private hasList = false;
  private replacementIsMandatory = false;

  /** @param wanted the names in lower case of the fields to keep. */
  constructor(
    private readonly wanted: ReadonlySet<string>,
    private readonly maxBytes: number,
  ) {
    this.parser.onError = () => {
      this.fault ??= new AppError('malformed_json', 'The body is not valid JSON.');
    };
    this.parser.onToken = ({ token }) => {
      this.watchDepth(token);
    };
    this.parser.onValue = ({ value, key, parent, stack }) => {
      try {
        if (stack.length === 1) this.takeProperty(key, value);
        else this.takeItem(stack[1]?.key, value, parent);
      } catch (error) {
        this.fault ??= error as Error;
      }
    };
  }

  /** The visitors that this piece completes. */
  read(piece: Buffer): Visitor[] {
    this.bytes += piece.length;
    if (this.bytes > this.maxBytes) {
      throw new AppError('payload_too_large', 'The body is larger than this route accepts.');
    }
    this.hash.update(piece);
    this.parser.write(piece);
    if (this.fault !== undefined) throw this.fault;
    const completed = this.visitors;
    this.visitors = [];
    return completed;
  }

  end(): VisitorListEnd {
    if (!this.parser.isEnded) throw new AppError('malformed_json', 'The body is not valid JSON.');
    if (!this.hasList || this.items === 0) throw invalidProperty(LIST, 'must be a list of at least one visitor');
    return { replacementIsMandatory: this.replacementIsMandatory, hash: this.hash.digest('base64url') };
  }

  private watchDepth(token: TokenType): void {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.depth += 1;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.depth -= 1;
    if (this.depth > MAX_DEPTH) this.fault ??= new AppError('validation_failed', 'The body is nested too deeply.');
  }

  private takeProperty(key: unknown, value: unknown): void {
    if (typeof key !== 'string') throw new AppError('validation_failed', 'The body must be a JSON object.');
    if (isList(key)) {
      if (!Array.isArray(value)) throw invalidProperty(LIST, 'must be a list of at least one visitor');
      this.hasList = true;
    }
    if (key.toLowerCase() !== FLAG.toLowerCase()) return;
    if (typeof value !== 'boolean' && value !== null) throw invalidProperty(FLAG, 'must be a boolean value');
    this.replacementIsMandatory = value ?? false;
  }

  private takeItem(property: unknown, value: unknown, parent: unknown): void {
    // The parser would keep all items until the list ends.
    if (Array.isArray(parent)) parent.length = 0;
    if (!isList(property)) return;
    const visitor = readVisitor(value, `${LIST}.${this.items}`, this.wanted);
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
  const guid = propertyOf(value, 'visitorguid');
  if (typeof guid !== 'string' || !/\S/.test(guid) || guid.length > MAX_LENGTH.visitorGuid) {
    throw invalidProperty(`${path}.visitorGuid`, `must be a text of 1 to ${MAX_LENGTH.visitorGuid} characters`);
  }
  const fields = propertyOf(value, 'fields') ?? {};
  if (!isRecord(fields)) throw invalidProperty(`${path}.fields`, 'must be an object');
  return { guid, values: readFieldValues(fields, `${path}.fields`, wanted) };
}

function propertyOf(record: Readonly<Record<string, unknown>>, lowerCaseName: string): unknown {
  return Object.entries(record).find(([name]) => name.toLowerCase() === lowerCaseName)?.[1];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
