import type { ComponentType, VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { EmptyState } from '../components/states.js';
import { PageHeading } from '../components/page-heading.js';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';
import { PAGES, type PageProps } from './pages.js';
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
    document.querySelector('h1')?.focus();
  }, [key]);
  const found = findPage(segments.length === 0 ? ['domains'] : segments);
  if (found === undefined) return <NotFound />;
  return <found.Page key={key} variables={found.variables} query={query} />;
}

function findPage(
  segments: readonly string[],
): { Page: ComponentType<PageProps>; variables: Record<string, string> } | undefined {
  for (const [name, Page] of Object.entries(PAGES)) {
    const variables = matchPattern(PATTERNS[name as keyof typeof PATTERNS], segments);
    if (variables !== undefined) return { Page, variables };
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
