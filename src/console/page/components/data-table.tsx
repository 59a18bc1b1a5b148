import type { ComponentChildren, VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { moveBetweenRows } from './row-keys.js';
import { useVisibleRows } from './visible-rows.js';

/** A column; the first one names its row. */
export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
  /** Of the column, in rem; the first column has at least this and what is left. */
  readonly width: number;
}

interface DataTableProps<Row> {
  /** What the table lists, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Is called when the last rows come into view; loads more. */
  readonly onEnd?: (() => void) | undefined;
  /** Whether there are more rows than `rows`; their number is then unknown. */
  readonly hasMore?: boolean;
}

/**
 * A table of any length in a region that scrolls: only the rows in view are in the document. The region takes
 * the focus, so the keyboard scrolls it; in a row, the arrow keys go to the same place of the next one.
 */
export function DataTable<Row>(props: DataTableProps<Row>): VNode {
  const { label, columns, rows, rowKey, onEnd, hasMore = false } = props;
  const { scroller, first, last, rowHeight } = useVisibleRows(rows.length, label);
  const isAtEnd = last >= rows.length;
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  });
  const minWidth = columns.reduce((sum, { width }) => sum + width, 0);
  return (
    <div
      ref={scroller}
      class="table-scroller"
      role="region"
      aria-label={label}
      tabIndex={0}
      onKeyDown={(event) => {
        moveBetweenRows(event, rowHeight);
      }}
    >
      <table class="table" aria-rowcount={hasMore ? -1 : rows.length + 1} style={{ minWidth: `${minWidth}rem` }}>
        <caption class="visually-hidden">{label}</caption>
        <TableHead columns={columns} />
        <tbody>
          <Spacer height={first * rowHeight} columns={columns.length} />
          {rows.slice(first, last).map((row, at) => (
            <TableRow key={rowKey(row)} row={row} columns={columns} index={first + at} />
          ))}
          <Spacer height={(rows.length - last) * rowHeight} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

function TableHead<Row>({ columns }: { columns: readonly Column<Row>[] }): VNode {
  return (
    <>
      <colgroup>
        {columns.map(({ header, width }, at) => (
          <col key={header} style={at === 0 ? {} : { width: `${width}rem` }} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {columns.map(({ header, isNumber }) => (
            <th key={header} scope="col" class={isNumber ? 'number' : undefined}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
    </>
  );
}

interface TableRowProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly index: number;
}

function TableRow<Row>({ row, columns, index }: TableRowProps<Row>): VNode {
  return (
    <tr aria-rowindex={index + 2} data-row={index}>
      {columns.map(({ header, cell, isNumber }, at) =>
        at === 0 ? (
          <th key={header} scope="row">
            {cell(row)}
          </th>
        ) : (
          <td key={header} class={isNumber ? 'number' : undefined}>
            {cell(row)}
          </td>
        ),
      )}
    </tr>
  );
}

/** Takes the place of the rows that are out of view. */
function Spacer({ height, columns }: { height: number; columns: number }): VNode | null {
  if (height <= 0) return null;
  return (
    <tr class="spacer" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}
