import { parseArgs } from 'node:util';
import type { Protocol } from './transport/tls-server.js';

export interface StartOptions {
  readonly port: number;
  readonly adminPort: number;
  readonly protocols: readonly Protocol[];
  readonly dataDir: string;
  readonly seed: string;
  readonly projectId: string;
  readonly keepMessages: number;
  /** Settings as text, see Settings.changeFromText. */
  readonly settings: readonly string[];
}

const MAX_PORT = 65_535;
const MAX_KEPT = 1_000_000;

const DEFAULTS = {
  port: '8443',
  'admin-port': '8444',
  protocols: 'h2,http/1.1',
  'data-dir': '.data/simulator',
  seed: 'push-service-simulator',
  project: 'simulated-project',
  'keep-messages': '100',
} as const;

type Name = keyof typeof DEFAULTS;

/** An argument that is unknown or has an invalid value. The message names it. */
export class OptionError extends Error {}

/**
 * Parses the command line. An option that is not given is taken from the environment: SIMULATOR_ADMIN_PORT
 * for `--admin-port`, SIMULATOR_SET with commas for several `--set`. Throws an OptionError.
 */
export function parseOptions(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): StartOptions {
  const { set, ...given } = parseGiven(argv);
  const valueOf = (name: Name): string => {
    const value = given[name] ?? env[`SIMULATOR_${name.toUpperCase().replace('-', '_')}`];
    return value === undefined || value === '' ? DEFAULTS[name] : value;
  };
  return {
    port: wholeNumber('port', valueOf('port'), MAX_PORT),
    adminPort: wholeNumber('admin-port', valueOf('admin-port'), MAX_PORT),
    protocols: valueOf('protocols').split(',').map(toProtocol),
    dataDir: valueOf('data-dir'),
    seed: valueOf('seed'),
    projectId: projectId(valueOf('project')),
    keepMessages: Math.max(1, wholeNumber('keep-messages', valueOf('keep-messages'), MAX_KEPT)),
    settings: set ?? (env.SIMULATOR_SET ?? '').split(',').filter((text) => text !== ''),
  };
}

function parseGiven(argv: readonly string[]): Partial<Record<Name, string>> & { readonly set?: string[] } {
  const text = { type: 'string' } as const;
  const options = {
    port: text,
    'admin-port': text,
    protocols: text,
    'data-dir': text,
    seed: text,
    project: text,
    'keep-messages': text,
    set: { type: 'string', multiple: true },
  } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new OptionError(`--${name} must be a whole number from 0 to ${max}`);
}

function toProtocol(text: string): Protocol {
  if (text === 'h2' || text === 'http/1.1') return text;
  throw new OptionError('--protocols must be h2, http/1.1 or both with a comma');
}

function projectId(text: string): string {
  if (/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(text)) return text;
  throw new OptionError('--project must be 6 to 30 lower-case letters, digits and hyphens');
}
