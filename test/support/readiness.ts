import { waitFor } from './wait-for.js';

interface Readiness {
  readonly status: number;
  readonly body: { readonly reasons?: Readonly<Record<string, string>> };
}

/** What `GET /health/ready` of a process answers. */
export async function readiness(url: string): Promise<Readiness> {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: (await response.json()) as Readiness['body'] };
}

/** Waits until a process is ready. Resolves with how long that took, in milliseconds. */
export async function untilReady(url: string): Promise<number> {
  const from = Date.now();
  await waitFor(
    () => readiness(url),
    ({ status }) => status === 200,
  );
  return Date.now() - from;
}

/** Waits until a process is not ready because Redis does not serve for one of these reasons. */
export async function untilRedisDown(url: string, ...reasons: readonly string[]): Promise<void> {
  await waitFor(
    () => readiness(url),
    ({ status, body }) => status === 503 && reasons.includes(body.reasons?.redis ?? ''),
  );
}
