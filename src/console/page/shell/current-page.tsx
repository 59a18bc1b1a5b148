import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { focusHeading } from '../components/focus.js';
import { EmptyState } from '../components/states.js';
import { PageHeading } from '../components/page-heading.js';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';
import { Guard } from './guard.js';
import { type PageEntry, PAGES } from './pages.js';
import { PATTERNS } from './patterns.js';
import { matchPattern, toFragment, useLocation } from './route.js';

/** The page of the address. When another one appears, its heading gets the focus and the window its top. */
export function CurrentPage(): VNode {
  const { segments, query } = useLocation();
  const key = segments.join('/');
  const former = useRef(key);
  useEffect(() => {
    if (former.current === key) return;
    former.current = key;
    scrollTo(0, 0);
    focusHeading();
  }, [key]);
  const found = findPage(segments.length === 0 ? ['domains'] : segments);
  if (found === undefined) return <NotFound />;
  const { entry, variables } = found;
  return (
    <Guard key={key} entry={entry} domain={variables.domain}>
      <entry.Page variables={variables} query={query} />
    </Guard>
  );
}

function findPage(segments: readonly string[]): { entry: PageEntry; variables: Record<string, string> } | undefined {
  for (const [name, entry] of Object.entries(PAGES)) {
    const variables = matchPattern(PATTERNS[name as keyof typeof PATTERNS], segments);
    if (variables !== undefined) return { entry, variables };
  }
  return undefined;
}

function NotFound(): VNode {
  const texts = useTexts(commonTexts);
  return (
    <>
      <PageHeading title={texts.notFound} />
      <EmptyState title={texts.notFoundHint}>
        <a href={toFragment(PATTERNS.domains)}>{texts.toDomains}</a>
      </EmptyState>
    </>
  );
}
