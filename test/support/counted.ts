import { request } from './http.js';
import type { ProductProcess } from './product-process.js';
import { waitFor } from './wait-for.js';

/** More would say that Redis is never in time. */
const MAX_ATTEMPTS = 5;

/**
 * Repeats `act` until Redis has counted everything that it asked of these apis: on a machine that is busy it
 * may be late, and what passes then is not counted. `act` must use another client, token or domain each time.
 */
export async function whenAllIsCounted<T>(apis: readonly ProductProcess[], act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const before = await readUncounted(apis);
    const result = await act();
    if ((await readUncounted(apis)) === before) return result;
  }
  throw new Error(`Redis was late in each of ${MAX_ATTEMPTS} attempts`);
}

async function readUncounted(apis: readonly ProductProcess[]): Promise<number> {
  const counts = await Promise.all(
    apis.map(async (api) => {
      const text = await readMetrics(api);
      return Number(/^push_contact_uncounted_requests_total\{reason="redis"\} (\d+)$/m.exec(text)?.[1] ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Metrics that were rendered after this call: for a second, the same text is returned. */
async function readMetrics({ metricsUrl }: ProductProcess): Promise<string> {
  const read = async (): Promise<string> => (await request('GET', metricsUrl)).text;
  const rendered = await read();
  return waitFor(read, (text) => text !== rendered);
}
