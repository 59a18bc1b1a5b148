import type { VNode } from 'preact';
import { useRequest } from '../../api/use-request.js';
import { DataTable } from '../../components/data-table.js';
import { EmptyState, Loaded } from '../../components/states.js';
import { PATTERNS } from '../../shell/patterns.js';
import { toFragment } from '../../shell/route.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useTexts } from '../../texts/language.js';
import { useMessageColumns } from '../messages/message-columns.js';
import { domainTexts } from './texts.js';

const SHOWN = 5;

/** What was sent to the domain last. */
export function LastSends({ domain }: { domain: string }): VNode {
  const texts = useTexts(domainTexts);
  const session = useSession();
  const columns = useMessageColumns();
  const request = { path: { name: domain }, query: { per_page: SHOWN } };
  const sends = useRequest((signal) => session.api.get('/domains/{name}/messages', request, signal), [domain]);
  return (
    <section class="card">
      <h2>{texts.lastSends}</h2>
      <Loaded request={sends}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={texts.noSends}>
              <p>{texts.noSendsHint}</p>
              {mayDo(session, 'send', domain) && <a href={toFragment(PATTERNS.compose, { domain })}>{texts.compose}</a>}
            </EmptyState>
          ) : (
            <>
              <DataTable label={texts.lastSends} columns={columns} rows={items} rowKey={({ messageId }) => messageId} />
              <a href={toFragment(PATTERNS.messages, { domain })}>{texts.allMessages}</a>
            </>
          )
        }
      </Loaded>
    </section>
  );
}
