import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { healthTexts } from './texts.js';

type Queue = Schema<'QueueAnswer'>;

/** What waits for workers. */
export function Queues({ queues }: { queues: readonly Queue[] }): VNode {
  const texts = useTexts(healthTexts);
  const format = useFormat();
  const count = (header: string, read: (queue: Queue) => number | null): Column<Queue> => ({
    header,
    width: 6,
    isNumber: true,
    cell: (queue) => {
      const value = read(queue);
      return value === null ? '–' : format.number(value);
    },
  });
  return (
    <section class="card">
      <h2>{texts.queues}</h2>
      <DataTable
        label={texts.queues}
        rows={queues}
        rowKey={({ name }) => name}
        columns={[
          { header: texts.queue, width: 11, cell: ({ name }) => name },
          count(texts.waiting, ({ waiting }) => waiting),
          count(texts.active, ({ active }) => active),
          count(texts.delayed, ({ delayed }) => delayed),
          count(texts.failed, ({ failed }) => failed),
        ]}
      />
    </section>
  );
}
