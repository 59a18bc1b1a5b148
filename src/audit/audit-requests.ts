import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { runRecorded } from '../core/mongo/call-record.js';
import { databaseDate } from '../core/mongo/database-clock.js';
import { toGuid } from '../core/validation/request-guid.js';
import { isRecord } from '../core/validation/is-record.js';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { findAccess } from '../security/route-access.js';
import type { AuditLog } from './audit-log.js';
import { type AuditEntry, newAuditId } from './audit.repository.js';
import { AuditedCall } from './audited-call.js';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/** The header that names a request, as its caller or a proxy does; else a UUID. */
const REQUEST_ID = 'X-Request-Id';

const GIVEN_REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A subject is a caller's text. */
const MAX_SUBJECT_LENGTH = 256;

interface AuditOptions {
  readonly log: AuditLog;
  /** Looks up the domain of a message; undefined for an unknown one. */
  readonly findDomainOfMessage: (messageId: string) => Promise<string | undefined>;
}

/**
 * Audits every call to a route that changes something and is not anonymous, whether it is accepted or
 * refused; a call without a valid token has no caller and no entry. A response is sent when its entry is
 * stored, and is `database_unavailable` when that fails. Call it after guardRoutes and before the routes are
 * registered.
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
  return !isSafe && access !== undefined && access !== 'anonymous';
}

class RequestAuditor {
  private readonly calls = new WeakMap<FastifyRequest, AuditedCall>();
  private readonly withoutTransaction = new Set<string>();

  constructor(private readonly options: AuditOptions) {}

  /** Adds hooks to this route alone. */
  watch(route: RouteOptions): void {
    // Last, because a hook before it may still refuse the call.
    route.preHandler = [route.preHandler ?? [], this.begin].flat();
    route.onSend = [route.onSend ?? [], this.end].flat();
  }

  private readonly begin = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const call = this.open(request, reply);
    if (call === undefined) {
      done();
      return;
    }
    call.begin();
    runRecorded(call, done);
  };

  private readonly end = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    const call = this.calls.get(request) ?? this.open(request, reply);
    if (call === undefined) return payload;
    const stored = call.end(reply.statusCode);
    // What has failed already is not replaced by another failure.
    if (reply.statusCode < 500) await stored;
    else stored.catch(() => undefined);
    return payload;
  };

  private open(request: FastifyRequest, reply: FastifyReply): AuditedCall | undefined {
    if (request.caller === undefined) return undefined;
    const requestId = readRequestId(request);
    void reply.header(REQUEST_ID, requestId);
    const route = { name: `${request.method} ${toTemplate(request)}`, successStatus: () => reply.statusCode };
    const messageId = readMessageId(request.params);
    const entry = this.describe(request, request.caller, { messageId, requestId });
    // Who waits for it gets its error.
    entry.catch(() => undefined);
    const call = new AuditedCall(entry, this.options.log, route, this.withoutTransaction, messageId);
    this.calls.set(request, call);
    return call;
  }

  private async describe(
    request: FastifyRequest,
    { subject, keyId }: NonNullable<FastifyRequest['caller']>,
    ids: Pick<AuditEntry, 'messageId' | 'requestId'>,
  ): Promise<AuditEntry> {
    const at = databaseDate();
    const ofRequest = request.scopedDomain ?? findDomain(request);
    const { messageId } = ids;
    const ofMessage = messageId === null ? undefined : () => this.options.findDomainOfMessage(messageId);
    return {
      id: newAuditId(at),
      at,
      subject: subject === null ? null : subject.slice(0, MAX_SUBJECT_LENGTH),
      keyId,
      method: request.method,
      route: toTemplate(request),
      domain: ofRequest ?? (await ofMessage?.()) ?? null,
      ...ids,
      status: null,
    };
  }
}

/** As OpenAPI writes it. */
function toTemplate({ routeOptions: { url = '' } }: FastifyRequest): string {
  return url.replaceAll(/:(\w+)/g, '{$1}');
}

function findDomain({ params, query, body }: FastifyRequest): string | undefined {
  const named = [read(params, 'domain'), read(params, 'name'), read(query, 'domain'), read(body, 'domain')];
  return named.find((domain) => domain !== undefined && domain.length <= MAX_LENGTH.domain);
}

function readMessageId(params: unknown): string | null {
  const id = toGuid(read(params, 'messageid'));
  return typeof id === 'string' && UUID.test(id) ? id : null;
}

/** A text by its name in any case. */
function read(values: unknown, name: string): string | undefined {
  if (!isRecord(values)) return undefined;
  const [, value] = Object.entries(values).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === 'string' ? value : undefined;
}

function readRequestId({ headers }: FastifyRequest): string {
  const given = headers[REQUEST_ID.toLowerCase()];
  return typeof given === 'string' && GIVEN_REQUEST_ID.test(given) ? given : randomUUID();
}
