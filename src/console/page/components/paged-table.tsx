import type { ComponentChildren, VNode } from 'preact';
import type { PagedList } from '../api/use-paged-list.js';
import { commonTexts } from '../texts/common.js';
import { useFormat } from '../texts/format.js';
import { useTexts } from '../texts/language.js';
import { type Column, DataTable } from './data-table.js';
import { ErrorState, LoadingState } from './states.js';

interface PagedTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly list: PagedList<Row>;
  readonly rowKey: (row: Row) => string;
  /** Is shown instead when the list has ended without a row. */
  readonly empty: ComponentChildren;
}

/** A table of a list that is loaded as it is scrolled, with its empty, loading and error states. */
export function PagedTable<Row>({ label, columns, list, rowKey, empty }: PagedTableProps<Row>): VNode {
  const { items, isComplete, isLoading, problem, more, reload } = list;
  const texts = useTexts(commonTexts);
  const format = useFormat();
  const rows = texts.rows(items.length, format.number(items.length));
  if (items.length === 0 && isComplete) return <>{empty}</>;
  if (items.length === 0 && problem === undefined) return <FirstPage isLoading={isLoading} more={more} />;
  return (
    <div>
      {items.length > 0 && (
        <DataTable label={label} columns={columns} rows={items} rowKey={rowKey} onEnd={more} hasMore={!isComplete} />
      )}
      {problem !== undefined && <ErrorState problem={problem} onRetry={reload} />}
      {problem === undefined && (
        <p class="table-foot muted">
          {isComplete ? texts.allRows(rows) : isLoading ? texts.rowsLoading : texts.rowsLoaded(rows)}
        </p>
      )}
    </div>
  );
}

/** A page of a search may be empty although the next ones are not. */
function FirstPage({ isLoading, more }: { isLoading: boolean; more: () => void }): VNode {
  if (!isLoading) queueMicrotask(more);
  return <LoadingState />;
}
