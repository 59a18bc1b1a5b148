import type { VNode } from 'preact';
import { EmptyState } from '../../components/states.js';
import { PageHeading } from '../../components/page-heading.js';
import { commonTexts } from '../../texts/common.js';
import { useTexts } from '../../texts/language.js';
import { useSession } from '../../shell/session.js';
import { TokenRights } from '../sign-in/token-rights.js';

/** What the token may do. */
export function HomePage(): VNode {
  const { token } = useSession();
  const texts = useTexts(commonTexts);
  return (
    <>
      <PageHeading title={texts.domains} />
      <EmptyState title={texts.domains}>
        <TokenRights token={token} />
      </EmptyState>
    </>
  );
}
