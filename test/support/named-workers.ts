import type { Installation } from './installation.js';
import type { ProductProcess } from './product-process.js';
import type { Crash } from './repeats.js';

/** A worker whose calls of PushApi can be told from those of others. */
export interface NamedWorker {
  readonly name: string;
  readonly process: ProductProcess;
}

export async function startWorker(product: Installation, name: string): Promise<NamedWorker> {
  const process = await product.startProcess('worker', { PUSH_API_URL: `${product.pushApi.url}/${name}` });
  return { name, process };
}

/** The worker's calls with this title that have no answer yet. */
export function callsInFlight({ pushApi }: Installation, title: string, { name }: NamedWorker): number {
  return pushApi.calls.filter((call) => call.title === title && call.via === name && call.answeredMs === undefined)
    .length;
}

/** Kills the worker; answers what may be sent again because of that. */
export async function killWorker(product: Installation, { name, process }: NamedWorker): Promise<Crash> {
  const fromMs = Date.now();
  await product.remove(process, (each) => each.kill());
  return { fromMs, toMs: Date.now(), via: name };
}

/** Ends the worker by SIGTERM; answers its exit code. */
export function stopWorker(product: Installation, { process }: NamedWorker): Promise<number | null> {
  return product.remove(process, (each) => each.stop());
}
