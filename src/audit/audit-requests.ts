import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { ERRORS } from '../core/errors/errors.js';
import { REQUEST_ID_HEADER } from '../core/http/request-id.js';
import { changesWithRecord, changesNothing } from '../core/http/route-change.js';
import { runRecorded } from '../core/mongo/call-record.js';
import { findAccess } from '../security/route-access.js';
import type { AuditLog } from './audit-log.js';
import { type AuditLookups, describeRequest, readAuditedId } from './audited-request.js';
import { AuditedCall } from './audited-call.js';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

interface AuditOptions extends AuditLookups {
  readonly log: AuditLog;
}

/**
 * Audits every call to a route that changes something and is not anonymous, whether it is accepted or
 * refused; a call without a valid token has no caller and no entry. A call whose entry is not stored is
 * `database_unavailable`, but one that is refused anyhow keeps its response. Call it after guardRoutes and
 * before the routes are registered.
 */
export function auditRequests(fastify: FastifyInstance, options: AuditOptions): void {
  const auditor = new RequestAuditor(options);
  fastify.addHook('onRoute', (route) => {
    if (isAudited(route)) auditor.watch(route);
  });
}

function isAudited({ method, config }: RouteOptions): boolean {
  const access = findAccess(config);
  const isSafe = [method].flat().every((name) => SAFE_METHODS.includes(name));
  return !isSafe && !changesNothing(config) && access !== undefined && access !== 'anonymous';
}

class RequestAuditor {
  private readonly calls = new WeakMap<FastifyRequest, AuditedCall>();
  /** By the paths of Fastify. */
  private readonly templates = new Map<string, string>();

  constructor(private readonly options: AuditOptions) {}

  /** Adds hooks to this route alone. */
  watch(route: RouteOptions): void {
    this.templates.set(route.url, toTemplate(route.url));
    // Last, because a hook before it may still refuse the call.
    route.preHandler = [route.preHandler ?? [], this.begin].flat();
    route.onSend = [route.onSend ?? [], this.end].flat();
  }

  private readonly begin = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const call = this.open(request, reply);
    if (call === undefined) done();
    else runRecorded(call, done);
  };

  private readonly end = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    const call = this.calls.get(request) ?? this.openRefused(request, reply);
    if (call === undefined) return payload;
    const stored = call.end(reply.statusCode);
    if (reply.statusCode < 400) await stored;
    // What is refused or has failed already is not replaced by another failure; the log tells of that.
    else if (reply.statusCode < 500) await stored.catch(() => undefined);
    else stored.catch(() => undefined);
    return payload;
  };

  /** A caller above its limit would else write as many entries as requests; a metric counts them. */
  private openRefused(request: FastifyRequest, reply: FastifyReply): AuditedCall | undefined {
    return reply.statusCode === ERRORS.too_many_requests.status ? undefined : this.open(request, reply);
  }

  private open(request: FastifyRequest, reply: FastifyReply): AuditedCall | undefined {
    if (request.caller === undefined) return undefined;
    const requestId = readAuditedId(request);
    if (requestId !== request.id) void reply.header(REQUEST_ID_HEADER, requestId);
    const { url = '' } = request.routeOptions;
    const route = this.templates.get(url) ?? url;
    const entry = describeRequest(request, { caller: request.caller, requestId, route }, this.options);
    // Who waits for it gets its error.
    entry.catch(() => undefined);
    const call = new AuditedCall(entry, this.options.log, {
      changesWithRecord: changesWithRecord(request.routeOptions.config),
      successStatus: () => reply.statusCode,
    });
    this.calls.set(request, call);
    return call;
  }
}

/** As OpenAPI writes it. */
function toTemplate(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}
