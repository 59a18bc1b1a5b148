import { fileURLToPath } from 'node:url';

/** The repository; the compiled benchmarks are three folders below it, in `.data/bench-build/bench`. */
const ROOT = new URL('../../../', import.meta.url);

export function inRepository(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}
