import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findCommand } from '../../src/embedded/process/find-command.js';

const run = promisify(execFile);

/** Runs `promtool`, which comes with Prometheus. Resolves with its exit code and what it prints. */
export async function runPromtool(...args: readonly string[]): Promise<{ code: number; output: string }> {
  const binary = await findPrometheus('promtool');
  try {
    const { stdout, stderr } = await run(binary, [...args]);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? 1, output: `${stdout ?? ''}${stderr ?? ''}` };
  }
}

/** Throws with the command that installs it. */
export async function findPrometheus(name: 'prometheus' | 'promtool'): Promise<string> {
  const binary = await findCommand(name);
  if (binary === undefined) throw new Error(`These tests need ${name} on PATH (Debian: apt-get install prometheus)`);
  return binary;
}
