import { Inject, Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { AppError } from '../core/errors/errors.js';
import { clockSkewMs, measureClockSkew, SKEW_WARNING_MS } from '../core/mongo/database-clock.js';
import { DeliveryJobs } from '../deliveries/jobs/delivery-jobs.js';
import { PushApiState } from '../push-api-client/push-api-state.js';
import { NEEDS_PUSH_API } from './needs-push-api.js';

/** A dependency that takes longer than this to respond counts as unreachable. */
const RESPONSE_TIMEOUT_MS = 2_000;

/** What a router of a sharded cluster calls itself (MongoDB's manual, "hello"). */
const ROUTER = 'isdbgrid';

/** What a process asks of a dependency: `check` resolves when it serves. */
interface Probe {
  readonly name: string;
  /** Without it, the process is not ready. */
  readonly isNeeded: boolean;
  readonly check: () => Promise<unknown>;
}

interface Ready {
  readonly status: 'ok';
  readonly dependencies: Readonly<Record<string, 'up' | 'down'>>;
  readonly warnings?: readonly string[];
}

/** A dependency, and why it does not serve, where it says so. */
export interface DependencyState {
  readonly name: string;
  readonly status: 'up' | 'down';
  readonly detail: string | null;
}

/** A dependency that does not serve, and why, where it says so: a code of Redis, MongoDB or PushApi. */
interface Fault {
  readonly probe: Probe;
  readonly reason: string | undefined;
}

/**
 * Asks the dependencies of this process for what its work needs: Redis for a write, MongoDB for its primary.
 */
@Injectable()
export class HealthService {
  private readonly probes: readonly Probe[];

  constructor(
    @InjectConnection() connection: Connection,
    jobs: DeliveryJobs,
    pushApi: PushApiState,
    @Inject(NEEDS_PUSH_API) needsPushApi: boolean,
  ) {
    this.probes = [
      { name: 'mongodb', isNeeded: true, check: () => assertPrimary(connection) },
      { name: 'redis', isNeeded: true, check: () => jobs.assertQueue() },
      { name: 'pushApi', isNeeded: needsPushApi, check: () => assertServes(pushApi) },
    ];
  }

  /** Says of each dependency whether it serves within 2 s, needed or not. Never rejects. */
  async describeDependencies(): Promise<DependencyState[]> {
    const faults = await Promise.all(this.probes.map(findFault));
    return this.probes.map(({ name }, index) => {
      const fault = faults[index];
      return { name, status: fault === undefined ? 'up' : 'down', detail: fault?.reason ?? null };
    });
  }

  /**
   * Throws `not_ready`, with state and reason of each dependency, when one that is needed does not serve
   * within 2 s.
   */
  async assertReady(): Promise<Ready> {
    const faults = (await Promise.all(this.probes.map(findFault))).filter((fault) => fault !== undefined);
    const reasons = Object.fromEntries(faults.map(({ probe, reason }) => [probe.name, reason]));
    const dependencies = Object.fromEntries(
      this.probes.map(({ name }) => [name, Object.hasOwn(reasons, name) ? 'down' : 'up'] as const),
    );
    if (!faults.some(({ probe }) => probe.isNeeded)) return { status: 'ok', dependencies, ...describeWarnings(faults) };
    throw new AppError('not_ready', `Not serving: ${Object.keys(reasons).join(', ')}.`, {
      extensions: { dependencies, reasons },
    });
  }
}

/** What does not stop the work: dependencies that are not needed; a skew, because MongoDB's clock is used. */
function describeWarnings(faults: readonly Fault[]): Pick<Ready, 'warnings'> {
  const warnings = faults.map(({ probe, reason }) => `Not serving: ${probe.name} (${reason ?? 'no reason given'}).`);
  const skewMs = clockSkewMs();
  if (Math.abs(skewMs) >= SKEW_WARNING_MS) {
    warnings.push(`The clock of this machine differs from MongoDB's by ${Math.round(-skewMs / 1_000)} s.`);
  }
  return warnings.length === 0 ? {} : { warnings };
}

function assertServes(pushApi: PushApiState): Promise<void> {
  const reason = pushApi.findFault();
  if (reason === undefined) return Promise.resolve();
  return Promise.reject(new AppError('push_api_unavailable', 'PushApi does not serve.', { extensions: { reason } }));
}

/** Also measures the clock, by the same command. A router says that it takes writes also without a shard. */
async function assertPrimary(connection: Connection): Promise<void> {
  const { isWritablePrimary, msg } = await measureClockSkew(connection);
  if (msg === ROUTER) await connection.collection('deliveries').findOne({}, { projection: { _id: 1 } });
  if (isWritablePrimary === true) return;
  throw new AppError('database_unavailable', 'This member takes no writes.', { extensions: { reason: 'NotPrimary' } });
}

async function findFault(probe: Probe): Promise<Fault | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Fault>((resolve) => {
    timer = setTimeout(() => {
      resolve({ probe, reason: 'ETIMEDOUT' });
    }, RESPONSE_TIMEOUT_MS);
  });
  const fault = probe.check().then(
    () => undefined,
    (error: unknown): Fault => ({ probe, reason: readReason(error) }),
  );
  return Promise.race([fault, timeout]).finally(() => {
    clearTimeout(timer);
  });
}

/** The `reason` of an AppError, MongoDB's name of its error, or the class of the driver's error. */
function readReason(error: unknown): string | undefined {
  if (error instanceof AppError) {
    const reason = error.context.extensions?.reason;
    return typeof reason === 'string' ? reason : undefined;
  }
  if (!(error instanceof Error)) return undefined;
  return 'codeName' in error && typeof error.codeName === 'string' ? error.codeName : error.name;
}
