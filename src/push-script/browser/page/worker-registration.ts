import { trace } from '../console.js';
import { describe, Failure, within } from '../failure.js';
import { noteViolation, wasBlocked } from '../csp-violations.js';
import { trustedScriptUrl } from './trusted-script-url.js';

const NOT_INSTALLED = 'it was not installed';

/** The site's worker file and the scope to register it with, as URLs. */
export interface WorkerFile {
  readonly workerUrl: string;
  readonly scope: string;
  readonly apiUrl: string;
}

/** Registers the worker and waits until it is active. Throws a Failure that says why it is not. */
export async function registerWorker(file: WorkerFile): Promise<ServiceWorkerRegistration> {
  const registration = (await findRegistration(file)) ?? (await register(file));
  // Only an active worker can subscribe. `navigator.serviceWorker.ready` does not help: it waits for a worker
  // whose scope has this page.
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker === null) throw new Failure('worker-failed', NOT_INSTALLED);
  await within(untilActivated(worker), 'worker-timeout');
  trace('the worker is active');
  return registration;
}

/**
 * Finds a worker of this file that the site has registered itself with a query, such as a version: to
 * register the file without it would replace the site's worker.
 */
async function findRegistration({ workerUrl, scope }: WorkerFile): Promise<ServiceWorkerRegistration | undefined> {
  const found = await navigator.serviceWorker.getRegistration(scope).catch(() => undefined);
  const script = found?.active?.scriptURL.split('?')[0];
  return found?.scope === scope && script === workerUrl.split('?')[0] ? found : undefined;
}

async function register(file: WorkerFile): Promise<ServiceWorkerRegistration> {
  const { workerUrl, scope } = file;
  document.addEventListener('securitypolicyviolation', noteViolation);
  const registering = navigator.serviceWorker.register(trustedScriptUrl(workerUrl), { scope });
  return within(
    registering.catch(async (error: unknown) => {
      throw await diagnose(file, error);
    }),
    'worker-timeout',
  );
}

/** Finds out by a request of its own why the browser did not take the file: browsers' words differ. */
async function diagnose({ workerUrl, apiUrl }: WorkerFile, error: unknown): Promise<Failure> {
  const detail = describe(error);
  if (await wasBlocked(workerUrl)) return new Failure('worker-blocked-by-csp', detail);
  const response = await fetch(workerUrl, { cache: 'no-store' }).catch(() => undefined);
  if (response === undefined) return new Failure('worker-failed', detail);
  const { ok, status, redirected, headers } = response;
  if (!ok || redirected) return new Failure('worker-not-found', redirected ? 'it redirects' : `status ${status}`);
  const type = headers.get('content-type') ?? '';
  if (!/(java|ecma)script/.test(type)) return new Failure('worker-wrong-type', type);
  if (isSecurityError(error)) return new Failure('worker-refused', detail);
  // The policy of the worker's own response holds for its imports (CSP Level 3, section 4.1).
  const policy = headers.get('content-security-policy');
  const allowsImport = policy === null || policy.includes(new URL(apiUrl).host);
  return new Failure(allowsImport ? 'worker-failed' : 'worker-blocked-by-csp', detail);
}

function isSecurityError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'SecurityError';
}

function untilActivated(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(new Failure('worker-failed', NOT_INSTALLED));
    };
    worker.addEventListener('statechange', check);
    check();
  });
}
