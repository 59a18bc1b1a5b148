import type { VNode } from 'preact';
import { usePagedList } from '../../api/use-paged-list.js';
import { DomainHeading } from '../../components/domain-heading.js';
import { Field } from '../../components/field.js';
import { PagedTable } from '../../components/paged-table.js';
import { SearchField } from '../../components/search-field.js';
import { EmptyState } from '../../components/states.js';
import type { PageProps } from '../../shell/pages.js';
import { PATTERNS } from '../../shell/patterns.js';
import { parseFragment, replaceFragment, toFragment } from '../../shell/route.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useTexts } from '../../texts/language.js';
import { isReversed, type MessageFilter, readFilter, toQuery } from './filter.js';
import { useMessageColumns } from './message-columns.js';
import { messagesTexts } from './texts.js';

const PAGE_SIZE = 100;

/** What was sent to a domain, and what came of it. */
export function MessagesPage({ variables, query }: PageProps): VNode {
  const { domain = '' } = variables;
  const texts = useTexts(messagesTexts);
  const { api } = useSession();
  const columns = useMessageColumns();
  const filter = readFilter(query);
  const list = usePagedList(
    async (cursor, signal) => {
      // The API refuses such a period; the field says why nothing is found.
      if (isReversed(filter)) return { items: [], nextCursor: null };
      const asked = { ...toQuery(filter), cursor, per_page: PAGE_SIZE };
      return api.get('/domains/{name}/messages', { path: { name: domain }, query: asked }, signal);
    },
    [domain, filter],
  );
  return (
    <>
      <DomainHeading domain={domain} current="messages" title={texts.title(domain)} />
      <Filter domain={domain} filter={filter} />
      <p class="hint">{texts.shares}</p>
      <PagedTable
        label={texts.title(domain)}
        columns={columns}
        list={list}
        rowKey={({ messageId }) => messageId}
        empty={<NoMessages domain={domain} filter={filter} />}
      />
    </>
  );
}

function Filter({ domain, filter }: { domain: string; filter: MessageFilter }): VNode {
  const texts = useTexts(messagesTexts);
  const narrow = (change: Partial<MessageFilter>): void => {
    // The text comes a moment after it was typed: the dates may be others by then.
    const latest = readFilter(parseFragment(location.hash).query);
    replaceFragment(toFragment(PATTERNS.messages, { domain }, { ...latest, ...change }));
  };
  return (
    <div class="row">
      <SearchField
        label={texts.search}
        value={filter.text}
        onSearch={(text) => {
          narrow({ text });
        }}
      />
      {(['from', 'to'] as const).map((name) => (
        <Field key={name} label={texts[name]} error={name === 'to' && isReversed(filter) ? texts.reversed : undefined}>
          {(attributes) => (
            <input
              {...attributes}
              type="date"
              value={filter[name]}
              onChange={({ currentTarget }) => {
                narrow({ [name]: currentTarget.value });
              }}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

function NoMessages({ domain, filter }: { domain: string; filter: MessageFilter }): VNode {
  const texts = useTexts(messagesTexts);
  const session = useSession();
  const isFiltered = Object.values(filter).some((value) => value !== '');
  if (isFiltered)
    return (
      <EmptyState title={texts.noneFound}>
        <p>{texts.noneFoundHint}</p>
      </EmptyState>
    );
  return (
    <EmptyState title={texts.empty}>
      <p>{texts.emptyHint}</p>
      {mayDo(session, 'send', domain) && <a href={toFragment(PATTERNS.compose, { domain })}>{texts.compose}</a>}
    </EmptyState>
  );
}
