import type { VNode } from 'preact';
import { usePagedList } from '../../api/use-paged-list.js';
import type { Column } from '../../components/data-table.js';
import { FeatureBadge } from './feature-badge.js';
import { PageHeading } from '../../components/page-heading.js';
import { PagedTable } from '../../components/paged-table.js';
import { SearchField } from '../../components/search-field.js';
import { EmptyState } from '../../components/states.js';
import type { PageProps } from '../../shell/pages.js';
import { PATTERNS } from '../../shell/patterns.js';
import { replaceFragment, toFragment } from '../../shell/route.js';
import { useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { AddDomain } from './add-domain.js';
import { type DomainRow, listDomains } from './list-domains.js';
import { domainsTexts } from './texts.js';

/** The domains that the token reaches, with their contacts. */
export function DomainsPage({ query }: PageProps): VNode {
  const texts = useTexts(domainsTexts);
  const session = useSession();
  const columns = useColumns();
  const text = query.get('text') ?? '';
  const list = usePagedList((cursor, signal) => listDomains(session, text, cursor, signal), [text]);
  return (
    <>
      <PageHeading title={texts.title}>{session.token.isSuperUser && <AddDomain />}</PageHeading>
      <div class="row">
        <SearchField
          label={texts.search}
          hint={texts.searchHint}
          value={text}
          onSearch={(typed) => {
            replaceFragment(toFragment(PATTERNS.domains, {}, { text: typed }));
          }}
        />
      </div>
      <PagedTable
        label={texts.title}
        columns={columns}
        list={list}
        rowKey={({ name }) => name}
        empty={<NoDomains isSearch={text !== ''} />}
      />
    </>
  );
}

function NoDomains({ isSearch }: { isSearch: boolean }): VNode {
  const texts = useTexts(domainsTexts);
  return (
    <EmptyState title={isSearch ? texts.noneFound : texts.empty}>
      <p>{isSearch ? texts.noneFoundHint : texts.emptyHint}</p>
    </EmptyState>
  );
}

function useColumns(): Column<DomainRow>[] {
  const texts = useTexts(domainsTexts);
  const format = useFormat();
  const toText = (count: number | undefined): string => (count === undefined ? '–' : format.number(count));
  return [
    {
      header: texts.domain,
      width: 11,
      cell: ({ name }) => (
        <a href={toFragment(PATTERNS.domain, { domain: name })} title={name}>
          {name}
        </a>
      ),
    },
    {
      header: texts.feature,
      width: 8,
      cell: ({ isPushFeatureEnabled }) => <FeatureBadge isOn={isPushFeatureEnabled} />,
    },
    { header: texts.active, width: 9, isNumber: true, cell: ({ contacts }) => toText(contacts?.active) },
    { header: texts.lost, width: 9, isNumber: true, cell: ({ contacts }) => toText(contacts?.deleted) },
  ];
}
