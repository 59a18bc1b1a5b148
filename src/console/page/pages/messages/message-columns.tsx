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
  const count = (header: string, width: number, read: (message: Message) => number): Column<Message> => ({
    header,
    width,
    isNumber: true,
    cell: (message) => format.number(read(message)),
  });
  const share = (header: string, width: number, read: (message: Message) => [number, number]): Column<Message> => ({
    header,
    width,
    isNumber: true,
    cell: (message) => format.percent(...read(message)),
  });
  return [
    { header: texts.message, width: 12, cell: ({ messageId, title }) => <Title messageId={messageId} title={title} /> },
    { header: texts.when, width: 12, cell: ({ insertedAt }) => format.dateTime(insertedAt) },
    { header: texts.state, width: 7, cell: ({ state }) => <StateBadge state={state} /> },
    count(texts.sent, 6.5, ({ sent }) => sent),
    count(texts.delivered, 6.5, ({ delivered }) => delivered),
    share(texts.deliveredShare, 7, ({ delivered, sent }) => [delivered, sent]),
    count(texts.received, 6.5, ({ received }) => received),
    share(texts.receivedShare, 8, ({ received, delivered }) => [received, delivered]),
    count(texts.clicked, 5.5, ({ clicks }) => clicks),
    share(texts.clickedShare, 7.5, ({ clicks, received }) => [clicks, received]),
    { header: texts.activity, width: 8, cell: ({ activity }) => <Activity activity={activity} /> },
  ];
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

function StateBadge({ state }: { state: Message['state'] }): VNode {
  const { states } = useTexts(messagesTexts);
  return <span class={`badge ${STATE_TONES[state]}`}>{states[state]}</span>;
}

function Activity({ activity }: { activity: readonly number[] }): VNode {
  const texts = useTexts(messagesTexts);
  const format = useFormat();
  const total = activity.reduce((sum, hour) => sum + hour, 0);
  return <Sparkline values={activity} label={texts.activityOf(format.number(total))} />;
}
