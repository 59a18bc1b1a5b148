import { parseArgs } from 'node:util';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { SettingError } from '../core/config/setting-error.js';
import { SCOPES } from '../security/caller.js';

const DEFAULT_DAYS = '30';
const MAX_DAYS = 3_650;

/** What a token is to say, and the key that signs it. */
export interface TokenOptions {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly days: number;
  /** The path of a private key; undefined for the development key. */
  readonly keyFile: string | undefined;
}

const OPTIONS = {
  domain: { type: 'string', multiple: true },
  scope: { type: 'string', multiple: true },
  days: { type: 'string', default: DEFAULT_DAYS },
  subject: { type: 'string' },
  'key-file': { type: 'string' },
  'super-user': { type: 'boolean', default: false },
} as const;

/**
 * Reads the options of `npm run token`. `--domain` and `--scope` may be repeated; a scope may hold several
 * words. Throws a SettingError that names each option which is unknown, missing or not valid.
 */
export function parseTokenOptions(args: readonly string[]): TokenOptions {
  const values = readValues(args);
  const { domain: domains = [], scope = [], subject, 'key-file': keyFile } = values;
  const isSuperUser = values['super-user'];
  const scopes = [...new Set(scope.flatMap((words) => words.split(' ').filter((word) => word !== '')))];
  const problems = [
    ...(isSuperUser ? findSuperfluous(domains, scope) : findScopeProblems(domains, scopes)),
    ...(/^\d+$/.test(values.days) && Number(values.days) >= 1 && Number(values.days) <= MAX_DAYS
      ? []
      : [`--days: must be a whole number from 1 to ${MAX_DAYS}`]),
    ...findBlank({ subject, 'key-file': keyFile }),
  ];
  if (problems.length > 0) throw new SettingError(problems);
  const rights = isSuperUser ? { isSU: true } : { domains: [...new Set(domains)], scope: scopes.join(' ') };
  return { claims: { ...rights, ...(subject !== undefined && { sub: subject }) }, days: Number(values.days), keyFile };
}

function readValues(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    // Its messages name the option, and no value.
    throw new SettingError([error instanceof Error ? error.message : String(error)]);
  }
}

function findSuperfluous(domains: readonly string[], scope: readonly string[]): string[] {
  const given = Object.entries({ domain: domains, scope }).filter(([, values]) => values.length > 0);
  return given.map(([name]) => `--${name}: a super user's token has none; leave out --${name} or --super-user`);
}

function findScopeProblems(domains: readonly string[], scopes: readonly string[]): string[] {
  const isDomain = (name: string): boolean => name.trim() !== '' && name.length <= MAX_LENGTH.domain;
  const known = SCOPES.join(', ');
  const isUnknown = scopes.some((scope) => !SCOPES.some((each) => each === scope));
  return [
    ...(domains.length === 0 ? ['--domain: give at least one, or --super-user'] : []),
    ...(domains.every(isDomain) ? [] : [`--domain: must be 1 to ${MAX_LENGTH.domain} characters`]),
    ...(scopes.length === 0 ? [`--scope: give at least one of ${known}`] : []),
    ...(isUnknown ? [`--scope: must be of ${known}`] : []),
  ];
}

function findBlank(texts: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(texts).flatMap(([name, text]) => (text?.trim() === '' ? [`--${name}: must not be blank`] : []));
}
