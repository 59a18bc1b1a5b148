import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { useRequest } from '../../api/use-request.js';
import { EmptyState, Loaded } from '../../components/states.js';
import { TimeChart } from '../../components/time-chart.js';
import { useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { fillHours } from './fill-hours.js';
import { messageTexts } from './texts.js';

interface HoursProps {
  readonly messageId: string;
  readonly everyMs: number;
}

/** The most that the API returns at once: three weeks of a message that something happens to every hour. */
const SHOWN_HOURS = 500;

/** When the message was delivered, received and clicked. */
export function Hours({ messageId, everyMs }: HoursProps): VNode {
  const texts = useTexts(messageTexts);
  const { api } = useSession();
  const request = { path: { messageId }, query: { per_page: SHOWN_HOURS } };
  const hours = useRequest((signal) => api.get('/messages/{messageId}/hours', request, signal), [messageId], everyMs);
  return (
    <section class="card hours">
      <Loaded request={hours}>
        {({ items }) =>
          items.length === 0 ? (
            <>
              <h2>{texts.hours}</h2>
              <EmptyState title={texts.noHours} />
            </>
          ) : (
            <HoursChart items={items} />
          )
        }
      </Loaded>
    </section>
  );
}

function HoursChart({ items }: { items: readonly Schema<'MessageHourAnswer'>[] }): VNode {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const hours = fillHours(items);
  return (
    <TimeChart
      title={texts.hours}
      unit="hour"
      timeLabel={texts.hour}
      times={hours.map(({ atMs }) => atMs)}
      formatTime={format.shortDateTime}
      formatTick={format.time}
      series={[
        { label: texts.accepted, kind: 'bars', tone: 'accent', values: hours.map(({ delivered }) => delivered) },
        { label: texts.received, kind: 'line', tone: 'blue', values: hours.map(({ received }) => received) },
        { label: texts.clicked, kind: 'line', tone: 'warn', values: hours.map(({ clicks }) => clicks) },
      ]}
    />
  );
}
