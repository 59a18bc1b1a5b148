import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Finds a program on `PATH`: its absolute path, or undefined where there is none (always so on Windows). */
export async function findCommand(name: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    const { stdout } = await run('/bin/sh', ['-c', 'command -v "$1"', 'sh', name]);
    return stdout.trim() || undefined;
  } catch {
    // `command -v` says "not found" by its exit code.
    return undefined;
  }
}
