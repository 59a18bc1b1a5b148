import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { format } from 'prettier';
import type { Comparison } from '../measurement.js';
import type { Growth } from '../measurements/growth.js';
import type { Others } from '../measurements/others.js';
import type { Tracing } from '../measurements/tracing.js';
import type { LastMile } from '../measurements/last-mile.js';
import type { LastMileName, MeasurementName } from '../options.js';
import { inRepository } from '../paths.js';

/** Date, machine, versions and options of a run. */
export interface Circumstances {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
}

export type Measured<T> = Circumstances & { readonly result: T };

/** One file of `bench/results`. Each measurement is from the last run that included it. */
export interface Results {
  readonly comparisons: Partial<Record<ComparisonName, Measured<Comparison>>>;
  readonly growth?: Measured<Growth>;
  readonly others?: Measured<Others>;
  readonly tracing?: Measured<Tracing>;
  readonly lastMile?: Partial<Record<LastMileName, Measured<LastMile>>>;
}

export type ComparisonName = Exclude<MeasurementName, 'growth' | 'others' | 'tracing' | LastMileName>;

/** Reads the results with this name; empty if there is no such file. */
export async function readResults(name: string): Promise<Results> {
  const path = pathOf(name);
  if (!existsSync(path)) return { comparisons: {} };
  return JSON.parse(await readFile(path, 'utf8')) as Results;
}

/** Writes `bench/results/<name>.json`. Resolves with its path. */
export async function writeResults(name: string, results: Results): Promise<string> {
  const path = pathOf(name);
  await mkdir(inRepository('bench/results'), { recursive: true });
  await writeFile(path, await format(JSON.stringify(results), { parser: 'json', printWidth: 120 }));
  return path;
}

export function describeMachine(): string {
  const [first] = cpus();
  const kernel = release().split('.', 2).join('.');
  const memory = Math.round(totalmem() / 1_073_741_824);
  return `${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${memory} GB, Linux ${kernel}`;
}

function pathOf(name: string): string {
  return inRepository(`bench/results/${name}.json`);
}
