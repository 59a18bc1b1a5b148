import type { Schema } from '../../api/api-types.js';
import { Problem } from '../../api/problem.js';
import type { Page } from '../../api/use-paged-list.js';
import { mayDo, type Session } from '../../shell/session.js';

const PAGE_SIZE = 100;

/** A scoped token's domains are asked one by one, so fewer at a time. */
const OWN_PAGE_SIZE = 20;

/** A domain of the list; null where the token may not see it, or where nothing is set. */
export interface DomainRow {
  readonly name: string;
  readonly isPushFeatureEnabled: boolean | null;
  readonly contacts: Schema<'ContactsStatsAnswer'> | null;
}

/** Lists domains whose names begin with `text`: a super user's all, a scoped token's its own. */
export function listDomains(
  session: Session,
  text: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<DomainRow>> {
  if (!session.token.isSuperUser) return listOwnDomains(session, text, Number(cursor ?? 0), signal);
  return session.api.get('/domains', { query: { text, cursor, per_page: PAGE_SIZE } }, signal);
}

async function listOwnDomains(
  session: Session,
  text: string,
  start: number,
  signal: AbortSignal,
): Promise<Page<DomainRow>> {
  const own = (session.token.domains ?? []).filter((name) => name.startsWith(text));
  const names = own.slice(start, start + OWN_PAGE_SIZE);
  const items = await Promise.all(names.map((name) => readDomain(session, name, signal)));
  const end = start + OWN_PAGE_SIZE;
  return { items, nextCursor: end < own.length ? String(end) : null };
}

async function readDomain(session: Session, name: string, signal: AbortSignal): Promise<DomainRow> {
  const { api } = session;
  const request = { path: { name } };
  const [isPushFeatureEnabled, stats] = await Promise.all([
    api.get('/domains/{name}/isPushFeatureEnabled', request, signal).catch(nullWhenUnknown),
    mayDo(session, 'reports', name) ? api.get('/domains/{name}/stats', request, signal) : null,
  ]);
  return { name, isPushFeatureEnabled, contacts: stats?.contactsStats ?? null };
}

/** A domain without a configuration is 404. */
export function nullWhenUnknown(error: unknown): null {
  if (error instanceof Problem && error.status === 404) return null;
  throw error;
}
