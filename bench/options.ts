import { parseArgs } from 'node:util';

const MEASUREMENTS = [
  'broadcast-tokens',
  'broadcast-subscriptions',
  'register',
  'tracking',
  'web-push-encryption',
  'growth',
  'others',
] as const;

export type MeasurementName = (typeof MEASUREMENTS)[number];

export interface Options {
  readonly only: readonly MeasurementName[];
  /** Contacts of a broadcast, and the most of `growth`; each measurement has its own default. */
  readonly contacts: number | undefined;
  /** Times that floor and product are measured, in turns. */
  readonly rounds: number;
  /** How long a load on HTTP routes or on the encryption lasts. */
  readonly seconds: number;
  /** Where the CPU profiles of the product's processes go; none are taken when undefined. */
  readonly profileDir: string | undefined;
  /** `bench/results/<name>.json`; the documents show the one named `reference`. */
  readonly name: string;
}

const DEFAULT_ROUNDS = 5;
const DEFAULT_SECONDS = 8;

/** Reads the command line; throws an Error that says what is wrong with it. */
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
    // A run of another size must not replace the figures that the documents show, unless it is told to.
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
