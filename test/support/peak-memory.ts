import { readFile } from 'node:fs/promises';

/** Peak resident memory of a process since its start, in kB (`VmHWM`, proc(5)). */
export async function peakResidentKb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]);
}
