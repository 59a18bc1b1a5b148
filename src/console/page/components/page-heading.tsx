import type { ComponentChildren, VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';

interface PageHeadingProps {
  readonly title: string;
  /** Beside the title: buttons, links. */
  readonly children?: ComponentChildren;
}

/** The page's only `h1`, which gets the focus when the console goes to the page, and the window's title. */
export function PageHeading({ title, children }: PageHeadingProps): VNode {
  const { product } = useTexts(commonTexts);
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <header class="page-heading">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </header>
  );
}
