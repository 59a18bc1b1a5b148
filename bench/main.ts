import { resolve } from 'node:path';
import type { Comparison } from './measurement.js';
import { measureBroadcast } from './measurements/broadcast.js';
import { measureEncryption } from './measurements/encryption.js';
import { measureGrowth } from './measurements/growth.js';
import { measureRegister, measureTracking } from './measurements/http.js';
import { measureLastMile } from './measurements/last-mile.js';
import { measureOthers } from './measurements/others.js';
import { measureTracing } from './measurements/tracing.js';
import { isLastMile, type MeasurementName, type Options, readOptions } from './options.js';
import { printProfiles } from './profile.js';
import { writeDocument } from './report/document.js';
import {
  type Circumstances,
  type ComparisonName,
  describeMachine,
  readResults,
  type Results,
  writeResults,
} from './report/results.js';
import { toMarkdown } from './report/tables.js';
import { type Stage, startStage } from './stage.js';

/** The results that the documents show. */
const REFERENCE = 'reference';

const COMPARISONS: Readonly<Record<ComparisonName, (stage: Stage, options: Options) => Promise<Comparison>>> = {
  'broadcast-tokens': (stage, options) => measureBroadcast(stage, 'tokens', options),
  'broadcast-subscriptions': (stage, options) => measureBroadcast(stage, 'subscriptions', options),
  register: measureRegister,
  tracking: measureTracking,
  'web-push-encryption': (_stage, options) => measureEncryption(options),
};

process.exitCode = await main();

async function main(): Promise<number> {
  const given = readOptions(process.argv.slice(2));
  const options = { ...given, ...(given.profileDir !== undefined && { profileDir: resolve(given.profileDir) }) };
  const stage = await startStage();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stage.stop().finally(() => process.exit(1)));
  }
  // The reference is updated by several runs, any other result is from one.
  let results: Results = options.name === REFERENCE ? await readResults(REFERENCE) : { comparisons: {} };
  const failed: string[] = [];
  for (const name of options.only) {
    console.log(`\n${name}`);
    try {
      results = await measure(stage, name, options, results);
    } catch (error) {
      failed.push(name);
      console.log(`  FAILED: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await stage.stop();
  console.log(`\n${toMarkdown(results)}\n\nWritten to ${await writeResults(options.name, results)}`);
  if (options.name === REFERENCE) await writeDocument(results);
  if (options.profileDir !== undefined) await printProfiles(options.profileDir);
  if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

async function measure(stage: Stage, name: MeasurementName, options: Options, results: Results): Promise<Results> {
  const { contacts, rounds, seconds } = options;
  const circumstances: Circumstances = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    versions: stage.versions,
    options: { contacts, rounds, seconds },
  };
  if (name === 'growth')
    return { ...results, growth: { ...circumstances, result: await measureGrowth(stage, options) } };
  if (name === 'others')
    return { ...results, others: { ...circumstances, result: await measureOthers(stage, options) } };
  if (name === 'tracing')
    return { ...results, tracing: { ...circumstances, result: await measureTracing(stage, options) } };
  if (isLastMile(name)) {
    const measured = { ...circumstances, result: await measureLastMile(stage, name, options) };
    return { ...results, lastMile: { ...results.lastMile, [name]: measured } };
  }
  const result = await COMPARISONS[name](stage, options);
  return { ...results, comparisons: { ...results.comparisons, [name]: { ...circumstances, result } } };
}
