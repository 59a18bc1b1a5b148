import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** V8's CPU profile (`node --cpu-prof`): a tree of functions, and the one that ran at each sample. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds between samples. */
  readonly timeDeltas: readonly number[];
}

const SHOWN = 25;
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** Prints the CPU time of each profiled process by package and by function. */
export async function printProfiles(folder: string): Promise<void> {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile;
    const { byFunction, byPackage } = selfTimes(profile);
    console.log(`\n${file}: self time by package`);
    printShares(byPackage);
    console.log(`${file}: self time by function`);
    printShares(byFunction);
  }
}

function selfTimes({
  nodes,
  samples,
  timeDeltas,
}: CpuProfile): Record<'byFunction' | 'byPackage', Map<string, number>> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFunction = new Map<string, number>();
  const byPackage = new Map<string, number>();
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame === undefined || IDLE.has(frame.functionName)) return;
    const { functionName, url, lineNumber } = frame;
    const place = url === '' ? 'native' : `${packageOf(url)} ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
    add(byFunction, `${functionName || '(anonymous)'}  [${place}]`, timeDeltas[index] ?? 0);
    add(byPackage, url === '' ? `native ${functionName}` : packageOf(url), timeDeltas[index] ?? 0);
  });
  return { byFunction, byPackage };
}

function packageOf(url: string): string {
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  return url.startsWith('node:') ? 'node' : 'push-contact';
}

function add(sums: Map<string, number>, key: string, microseconds: number): void {
  sums.set(key, (sums.get(key) ?? 0) + microseconds);
}

function printShares(sums: ReadonlyMap<string, number>): void {
  const total = [...sums.values()].reduce((sum, value) => sum + value, 0);
  const largest = [...sums].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  for (const [name, microseconds] of largest) {
    console.log(`  ${((microseconds / total) * 100).toFixed(1).padStart(5)} %  ${name}`);
  }
}
