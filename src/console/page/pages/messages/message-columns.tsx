import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import type { Column } from '../../components/data-table.js';
import { Sparkline } from '../../components/sparkline.js';
import { PATTERNS } from '../../shell/patterns.js';
import { toFragment } from '../../shell/route.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { messagesTexts } from './texts.js';

type Message = Schema<'DomainMessageAnswer'>;

/** Columns of a table of messages: what was sent when, and what came of it. */
export function useMessageColumns(): Column<Message>[] {
  const texts = useTexts(messagesTexts);
  const format = useFormat();
  return [
    { header: texts.message, width: 12, cell: ({ messageId, title }) => <Title messageId={messageId} title={title} /> },
    { header: texts.when, width: 13.25, cell: ({ insertedAt }) => format.dateTime(insertedAt) },
    { header: texts.state, width: 7.5, cell: ({ state }) => <StateBadge state={state} /> },
    { header: texts.sent, width: 6, isNumber: true, cell: ({ sent }) => format.number(sent) },
    {
      header: texts.delivered,
      width: 9,
      isNumber: true,
      cell: ({ delivered, sent }) => <Share part={delivered} whole={sent} of={texts.ofSent} />,
    },
    {
      header: texts.received,
      width: 9,
      isNumber: true,
      cell: ({ received, delivered }) => <Share part={received} whole={delivered} of={texts.ofDelivered} />,
    },
    {
      header: texts.clicked,
      width: 8,
      isNumber: true,
      cell: ({ clicks, received }) => <Share part={clicks} whole={received} of={texts.ofReceived} />,
    },
    { header: texts.activity, width: 8.5, cell: ({ activity }) => <Activity activity={activity} /> },
  ];
}

/** A number, and which share of another one it is. */
function Share({ part, whole, of }: { part: number; whole: number; of: string }): VNode {
  const format = useFormat();
  return (
    <>
      {format.number(part)}{' '}
      <span class="share muted">
        {format.percent(part, whole)}
        <span class="visually-hidden"> {of}</span>
      </span>
    </>
  );
}

function Title({ messageId, title }: { messageId: string; title: string }): VNode {
  return (
    <a href={toFragment(PATTERNS.message, { messageId })} title={title}>
      {title}
    </a>
  );
}

const STATE_TONES: Readonly<Record<Message['state'], string>> = {
  stored: 'muted',
  scheduled: 'muted',
  planning: 'warn',
  sending: 'warn',
  done: 'good',
  cancelled: 'bad',
};

/** How far a message is. */
export function StateBadge({ state }: { state: Message['state'] }): VNode {
  const { states } = useTexts(messagesTexts);
  return <span class={`badge ${STATE_TONES[state]}`}>{states[state]}</span>;
}

function Activity({ activity }: { activity: readonly number[] }): VNode {
  const texts = useTexts(messagesTexts);
  const format = useFormat();
  const total = activity.reduce((sum, hour) => sum + hour, 0);
  return <Sparkline values={activity} label={texts.activityOf(format.number(total))} />;
}
