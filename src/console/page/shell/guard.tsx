import type { ComponentChildren, VNode } from 'preact';
import { DomainHeading } from '../components/domain-heading.js';
import { PageHeading } from '../components/page-heading.js';
import { EmptyState } from '../components/states.js';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';
import type { PageEntry } from './pages.js';
import { PATTERNS } from './patterns.js';
import { toFragment } from './route.js';
import { mayDo, reaches, useSession } from './session.js';

interface GuardProps {
  readonly entry: PageEntry;
  /** Of the page's address. */
  readonly domain: string | undefined;
  readonly children: ComponentChildren;
}

/** Shows a page to whose token may see it; others are told what the token lacks. */
export function Guard({ entry: { scope, isForSuperUsers = false }, domain, children }: GuardProps): VNode {
  const texts = useTexts(commonTexts).notAllowed;
  const session = useSession();
  const { isSuperUser, domains, scopes } = session.token;
  if (isForSuperUsers && !isSuperUser) return <Refused title={texts.superUser} />;
  if (domain !== undefined && !reaches(session, domain)) return <Refused title={texts.domain(domain)} />;
  if (scope === undefined || isSuperUser) return <>{children}</>;
  if (domain === undefined) {
    const mayAnywhere = scopes.includes(scope) && (domains ?? []).length > 0;
    return mayAnywhere ? <>{children}</> : <Refused title={texts.scopeAnywhere(scope)} />;
  }
  if (mayDo(session, scope, domain)) return <>{children}</>;
  return <Refused title={texts.scope(scope, domain)} domain={domain} />;
}

/** @param domain has other pages, which the token may allow. */
function Refused({ title, domain }: { title: string; domain?: string }): VNode {
  const texts = useTexts(commonTexts);
  return (
    <>
      {domain === undefined ? (
        <PageHeading title={texts.notAllowed.title} />
      ) : (
        <DomainHeading domain={domain} title={texts.notAllowed.title} />
      )}
      <EmptyState title={title}>
        <p>{texts.notAllowed.hint}</p>
        <a href={toFragment(PATTERNS.domains)}>{texts.toDomains}</a>
      </EmptyState>
    </>
  );
}
