import type { FastifyRequest } from 'fastify';
import { REQUEST_ID_HEADER } from '../core/http/request-id.js';
import { databaseDate } from '../core/mongo/database-clock.js';
import { isRecord } from '../core/validation/is-record.js';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { toGuid } from '../core/validation/request-guid.js';
import type { Caller } from '../security/caller.js';
import { type AuditEntry, newAuditId } from './audit.repository.js';

/** More than log lines keep: entries have had these characters since before requests had ids there. */
const GIVEN_REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A host with or without its port, in any script. No other text is kept: an e-mail may be in its place. */
const HOST = /^[\p{L}\p{M}\p{N}_-]+(\.[\p{L}\p{M}\p{N}_-]+)*(:\d{1,5})?$/u;

/** A subject is a caller's text. */
const MAX_SUBJECT_LENGTH = 256;

/** What an entry says that the request does not. */
export interface AuditLookups {
  /** Looks up the domain of a message; undefined for an unknown one. */
  readonly findDomainOfMessage: (messageId: string) => Promise<string | undefined>;
  /** Looks up an active contact by its token; undefined for an unknown one. */
  readonly findContact: (deviceToken: string) => Promise<{ readonly id: string; readonly domain: string } | undefined>;
}

/** What is known of a call before its request is read. */
interface CallOrigin {
  readonly caller: Caller;
  readonly requestId: string;
  /** The template of its path, as OpenAPI writes it. */
  readonly route: string;
}

/** What a request is about. */
interface Subject {
  readonly domain: string | undefined;
  readonly contactId: string | null;
}

/** Describes a call as its entry does before the status is known, without anything personal. */
export async function describeRequest(
  request: FastifyRequest,
  { caller, requestId, route }: CallOrigin,
  lookups: AuditLookups,
): Promise<AuditEntry> {
  const at = databaseDate();
  const { subject, keyId } = caller;
  const messageId = readMessageId(request.params);
  const { domain, contactId } = await findSubject(request, messageId, lookups);
  // What is of others has no place in their log, and who is refused chose its name.
  const isOwn = domain !== undefined && (caller.isSuperUser || caller.domains.has(domain));
  return {
    id: newAuditId(at),
    at,
    subject: subject === null ? null : subject.slice(0, MAX_SUBJECT_LENGTH),
    keyId,
    method: request.method,
    route,
    domains: isOwn ? [domain] : [],
    messageId,
    contactId: isOwn ? contactId : null,
    requestId,
    isRepeat: false,
    status: null,
  };
}

/** Returns the id that the caller gave, where an entry may have it; else that of the request's log lines. */
export function readAuditedId({ headers, id }: FastifyRequest): string {
  const given = headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && GIVEN_REQUEST_ID.test(given) ? given : id;
}

async function findSubject(
  request: FastifyRequest,
  messageId: string | null,
  { findContact, findDomainOfMessage }: AuditLookups,
): Promise<Subject> {
  const deviceToken = read(request.params, 'devicetoken');
  if (deviceToken !== undefined) {
    const contact = await findContact(deviceToken);
    return { domain: contact?.domain, contactId: contact?.id ?? null };
  }
  const ofRequest = request.scopedDomain ?? findDomain(request);
  const ofMessage = messageId === null ? undefined : () => findDomainOfMessage(messageId);
  return { domain: ofRequest ?? (await ofMessage?.()), contactId: null };
}

function findDomain({ params, query, body }: FastifyRequest): string | undefined {
  const named = [read(params, 'domain'), read(params, 'name'), read(query, 'domain'), read(body, 'domain')];
  return named.find((domain) => domain !== undefined && domain.length <= MAX_LENGTH.domain && HOST.test(domain));
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
