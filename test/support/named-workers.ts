import type { Installation } from './installation.js';
import type { ProductProcess } from './product-process.js';
import type { Crash } from './repeats.js';

/** A worker whose calls of PushApi can be told apart from those of other workers. */
export interface NamedWorker {
  readonly name: string;
  readonly process: ProductProcess;
}

export async function startWorker(product: Installation, name: string): Promise<NamedWorker> {
  const process = await product.startProcess('worker', { PUSH_API_URL: `${product.pushApi.url}/${name}` });
  return { name, process };
}

/** Number of the worker's calls with this title that have no response yet. */
export function callsInFlight({ pushApi }: Installation, title: string, { name }: NamedWorker): number {
  return pushApi.calls.filter((call) => call.title === title && call.via === name && call.respondedMs === undefined)
    .length;
}

/** Kills the worker. Resolves with the crash, which excuses repeated sends. */
export async function killWorker(product: Installation, { name, process }: NamedWorker): Promise<Crash> {
  const fromMs = Date.now();
  await product.remove(process, (each) => each.kill());
  return { fromMs, toMs: Date.now(), via: name };
}

/** Stops the worker by SIGTERM. Resolves with its exit code. */
export function stopWorker(product: Installation, { process }: NamedWorker): Promise<number | null> {
  return product.remove(process, (each) => each.stop());
}
