import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { usePagedList } from '../../api/use-paged-list.js';
import type { Column } from '../../components/data-table.js';
import { PagedTable } from '../../components/paged-table.js';
import { EmptyState } from '../../components/states.js';
import { useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { useReasonText } from '../message/reason-text.js';
import { contactTexts } from './texts.js';

type Event = Schema<'HistoryEventAnswer'>;

const PAGE_SIZE = 100;

interface HistoryProps {
  readonly domain: string;
  readonly contactId: string;
  /** Explains a message of the history. */
  readonly onExplain: (messageId: string) => void;
}

/** What happened to a contact, with a button that explains each message. */
export function History({ domain, contactId, onExplain }: HistoryProps): VNode {
  const texts = useTexts(contactTexts);
  const { api } = useSession();
  const list = usePagedList<Event>(
    (cursor, signal) => {
      const query = { per_page: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
      const path = { name: domain, contactId };
      return api.get('/domains/{name}/contacts/{contactId}/history', { path, query }, signal);
    },
    [domain, contactId],
  );
  const columns = useColumns(onExplain);
  return (
    <section class="history" aria-labelledby="history">
      <h2 id="history">{texts.history}</h2>
      <PagedTable
        label={texts.historyLabel}
        columns={columns}
        list={list}
        rowKey={toKey}
        empty={<EmptyState title={texts.noHistory}>{texts.noHistoryHint}</EmptyState>}
      />
    </section>
  );
}

function toKey({ at, type, messageId }: Event): string {
  return `${at} ${type} ${messageId ?? ''}`;
}

function useColumns(onExplain: (messageId: string) => void): readonly Column<Event>[] {
  const texts = useTexts(contactTexts);
  const format = useFormat();
  const describe = useReasonText();
  const explain = ({ messageId, title }: Event): VNode | null =>
    messageId === null ? null : (
      <button
        type="button"
        aria-label={texts.explainOf(title ?? messageId)}
        onClick={() => {
          onExplain(messageId);
        }}
      >
        {texts.explain}
      </button>
    );
  return [
    { header: texts.time, width: 13, cell: ({ at }) => format.dateTime(at) },
    {
      header: texts.event,
      width: 11,
      cell: ({ type, action }) => (action === null ? texts.types[type] : `${texts.types[type]}: ${action}`),
    },
    { header: texts.message, width: 14, cell: ({ title, messageId }) => title ?? messageId ?? texts.nothing },
    { header: texts.pushService, width: 13, cell: ({ pushService }) => pushService ?? texts.nothing },
    { header: texts.reason, width: 16, cell: ({ reason }) => (reason === null ? texts.nothing : describe(reason)) },
    { header: texts.explain, width: 7, cell: explain },
  ];
}
