import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { format } from 'prettier';
import type { Comparison } from '../measurement.js';
import type { Growth } from '../measurements/growth.js';
import type { Others } from '../measurements/others.js';
import type { MeasurementName } from '../options.js';
import { inRepository } from '../paths.js';

/** What a run was measured on and with. */
export interface Circumstances {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
}

export type Measured<T> = Circumstances & { readonly result: T };

/** One file of `bench/results`; each measurement is that of the last run that made it. */
export interface Results {
  readonly comparisons: Partial<Record<ComparisonName, Measured<Comparison>>>;
  readonly growth?: Measured<Growth>;
  readonly others?: Measured<Others>;
}

export type ComparisonName = Exclude<MeasurementName, 'growth' | 'others'>;

/** The results of that name, none when there are no such yet. */
export async function readResults(name: string): Promise<Results> {
  const path = pathOf(name);
  if (!existsSync(path)) return { comparisons: {} };
  return JSON.parse(await readFile(path, 'utf8')) as Results;
}

/** Writes `bench/results/<name>.json` and answers where. */
export async function writeResults(name: string, results: Results): Promise<string> {
  const path = pathOf(name);
  await mkdir(inRepository('bench/results'), { recursive: true });
  await writeFile(path, await format(JSON.stringify(results), { parser: 'json', printWidth: 120 }));
  return path;
}

export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 1_073_741_824);
  return `${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), ${memory} GB, Linux ${release()}`;
}

function pathOf(name: string): string {
  return inRepository(`bench/results/${name}.json`);
}
