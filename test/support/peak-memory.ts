import { readFile } from 'node:fs/promises';

/** The most memory that a process has had resident since it started, in kB (`VmHWM`, proc(5)). */
export async function peakResidentKb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]);
}
