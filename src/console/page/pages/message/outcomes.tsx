import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { useRequest } from '../../api/use-request.js';
import { type Column, DataTable } from '../../components/data-table.js';
import { EmptyState, Loaded } from '../../components/states.js';
import { PATTERNS } from '../../shell/patterns.js';
import { toFragment } from '../../shell/route.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { useReasonText } from './reason-text.js';
import { messageTexts } from './texts.js';

type Outcome = Schema<'MessageOutcomeAnswer'>;

interface OutcomesProps {
  readonly messageId: string;
  readonly domain: string;
  readonly everyMs: number;
}

/** What became of the message at its contacts, by push service and reason. */
export function Outcomes({ messageId, domain, everyMs }: OutcomesProps): VNode {
  const texts = useTexts(messageTexts);
  const session = useSession();
  const { api } = session;
  const outcomes = useRequest(
    (signal) => api.get('/messages/{messageId}/outcomes', { path: { messageId } }, signal),
    [messageId],
    everyMs,
  );
  return (
    <section class="card outcomes">
      <div class="card-heading">
        <h2>{texts.outcomes}</h2>
        {mayDo(session, 'contacts', domain) && (
          <a href={toFragment(PATTERNS.contact, { domain }, { messageId })}>{texts.explainContact}</a>
        )}
      </div>
      <Loaded request={outcomes}>
        {({ items, isComplete }) => (
          <>
            {items.length === 0 ? (
              <EmptyState title={texts.noOutcomes}>
                <p>{texts.noOutcomesHint}</p>
              </EmptyState>
            ) : (
              <OutcomesTable items={items} />
            )}
            {!isComplete && <p class="muted">{texts.incomplete}</p>}
          </>
        )}
      </Loaded>
    </section>
  );
}

function OutcomesTable({ items }: { items: readonly Outcome[] }): VNode {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const describe = useReasonText();
  const total = items.reduce((sum, { contacts }) => sum + contacts, 0);
  const columns: Column<Outcome>[] = [
    { header: texts.pushService, width: 12, cell: ({ pushService }) => pushService ?? texts.noPushService },
    {
      header: texts.outcome,
      width: 8,
      cell: ({ outcome }) => (
        <span class={outcome === 'delivered' ? 'good' : 'bad'}>{texts.outcomeNames[outcome]}</span>
      ),
    },
    { header: texts.contacts, width: 7, isNumber: true, cell: ({ contacts }) => format.number(contacts) },
    { header: texts.share, width: 6, isNumber: true, cell: ({ contacts }) => format.percent(contacts, total) },
    { header: texts.reason, width: 26, cell: ({ outcome, reason }) => toReason(outcome, reason, describe) },
  ];
  return (
    <DataTable
      label={texts.outcomes}
      columns={columns}
      rows={items}
      rowKey={({ pushService, outcome, reason }) => `${pushService ?? ''} ${outcome} ${reason ?? ''}`}
    />
  );
}

function toReason(outcome: Outcome['outcome'], reason: string | null, describe: (reason: string) => string): string {
  if (reason !== null) return describe(reason);
  return outcome === 'delivered' ? '' : '–';
}
