import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Returns the absolute path of a program on `PATH`; undefined when there is none, and always on Windows. */
export async function findCommand(name: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    const { stdout } = await run('/bin/sh', ['-c', 'command -v "$1"', 'sh', name]);
    return stdout.trim() || undefined;
  } catch {
    // `command -v` fails when there is no such program.
    return undefined;
  }
}
