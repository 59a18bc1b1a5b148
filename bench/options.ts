import { parseArgs } from 'node:util';

/** Measured against simulated push services instead of a stand-in PushApi. */
const LAST_MILE = ['push-api-subscriptions', 'push-api-tokens', 'last-mile', 'last-mile-growth'] as const;

export type LastMileName = (typeof LAST_MILE)[number];

const MEASUREMENTS = [
  'broadcast-tokens',
  'broadcast-subscriptions',
  'register',
  'tracking',
  'web-push-encryption',
  'growth',
  'others',
  'tracing',
  ...LAST_MILE,
] as const;

export type MeasurementName = (typeof MEASUREMENTS)[number];

export interface Options {
  readonly only: readonly MeasurementName[];
  /** Contacts of a broadcast, and the largest broadcast of `growth`; each measurement has its own default. */
  readonly contacts: number | undefined;
  /** Rounds in which floor and product are measured alternately. */
  readonly rounds: number;
  /** Duration in seconds of a load on HTTP routes or on the encryption. */
  readonly seconds: number;
  /** Folder for the CPU profiles of the product's processes; none are taken if undefined. */
  readonly profileDir: string | undefined;
  /** Name of `bench/results/<name>.json`; the documents show `reference`. */
  readonly name: string;
}

export function isLastMile(name: MeasurementName): name is LastMileName {
  return LAST_MILE.some((each) => each === name);
}

const DEFAULT_ROUNDS = 5;
const DEFAULT_SECONDS = 8;

/** Parses the command line. Throws an Error that names the problem. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      contacts: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      profile: { type: 'string' },
      name: { type: 'string' },
    },
  });
  const isSized = [values.contacts, values.rounds, values.seconds, values.profile].some((value) => value !== undefined);
  return {
    only: values.only === undefined ? MEASUREMENTS : readNames(values.only),
    contacts: readCount('contacts', values.contacts),
    rounds: readCount('rounds', values.rounds) ?? DEFAULT_ROUNDS,
    seconds: readCount('seconds', values.seconds) ?? DEFAULT_SECONDS,
    profileDir: values.profile,
    // A run of another size must not replace the figures of the documents unless it is named explicitly.
    name: values.name ?? (isSized ? 'trial' : 'reference'),
  };
}

function readNames(list: string): MeasurementName[] {
  return list.split(',').map((name) => {
    const known = MEASUREMENTS.find((each) => each === name);
    if (known === undefined) throw new Error(`--only: "${name}" is none of ${MEASUREMENTS.join(', ')}`);
    return known;
  });
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${name} must be a whole number from 1`);
  return count;
}
