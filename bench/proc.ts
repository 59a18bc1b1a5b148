import { readFile, writeFile } from 'node:fs/promises';

/** Linux counts CPU time in ticks of 10 ms (`getconf CLK_TCK`). */
const TICKS_A_SECOND = 100;

/** Process ids by role. */
export type Participants = Readonly<Record<string, number>>;

/** Runs `work`. Resolves with its result and the CPU seconds that each participant used meanwhile. */
export async function withCpuSeconds<T>(
  participants: Participants,
  work: () => Promise<T>,
): Promise<{ result: T; cpuSeconds: Record<string, number> }> {
  const before = await readAll(participants);
  const result = await work();
  const after = await readAll(participants);
  const used = Object.keys(participants).map(
    (name) => [name, round((after[name] ?? 0) - (before[name] ?? 0))] as const,
  );
  return { result, cpuSeconds: Object.fromEntries(used) };
}

/** Lets a process's peak memory begin again at what it has now (`clear_refs`, proc(5)). */
export async function resetPeakResident(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** Peak resident memory of a process in MB, since its start or its reset (`VmHWM`, proc(5)). */
export async function peakResidentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024);
}

async function readAll(participants: Participants): Promise<Record<string, number>> {
  const read = Object.entries(participants).map(async ([name, pid]) => [name, await cpuSecondsOf(pid)] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** User and system time of all threads in seconds: fields 14 and 15 of `/proc/<pid>/stat`. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name in parentheses, may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
