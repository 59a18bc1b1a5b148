import type { ComponentChildren, VNode } from 'preact';
import { PATTERNS } from '../shell/patterns.js';
import { toFragment } from '../shell/route.js';
import { mayDo, useSession } from '../shell/session.js';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';
import { PageHeading } from './page-heading.js';

type DomainPageName = 'overview' | 'messages' | 'compose' | 'contact';

interface DomainHeadingProps {
  /** Undefined while it is not known: its links have their place already. */
  readonly domain: string | undefined;
  /** None of them, for a page that is not shown. */
  readonly current?: DomainPageName;
  readonly title: string;
  /** Beside the title: buttons. */
  readonly children?: ComponentChildren;
}

/** The heading of a page of a domain, with links to the domain's other pages that the token allows. */
export function DomainHeading({ domain, current, title, children }: DomainHeadingProps): VNode {
  return (
    <>
      {domain === undefined ? <div class="domain-pages" /> : <DomainPages domain={domain} current={current} />}
      <PageHeading title={title}>{children}</PageHeading>
    </>
  );
}

function DomainPages({ domain, current }: { domain: string; current: DomainPageName | undefined }): VNode {
  const texts = useTexts(commonTexts);
  const session = useSession();
  const pages = [
    { name: 'overview', pattern: PATTERNS.domain, isAllowed: true },
    { name: 'messages', pattern: PATTERNS.messages, isAllowed: mayDo(session, 'reports', domain) },
    { name: 'compose', pattern: PATTERNS.compose, isAllowed: mayDo(session, 'send', domain) },
    { name: 'contact', pattern: PATTERNS.contact, isAllowed: mayDo(session, 'contacts', domain) },
  ] as const;
  return (
    <nav class="domain-pages" aria-label={domain}>
      {pages.flatMap(({ name, pattern, isAllowed }) =>
        isAllowed ? (
          <a key={name} href={toFragment(pattern, { domain })} aria-current={name === current ? 'page' : undefined}>
            {texts[name]}
          </a>
        ) : (
          []
        ),
      )}
    </nav>
  );
}
