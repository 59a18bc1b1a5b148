import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Schema } from '../../api/api-types.js';
import { useRequest } from '../../api/use-request.js';
import { EmptyState, Loaded } from '../../components/states.js';
import { TimeChart } from '../../components/time-chart.js';
import { useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { domainTexts } from './texts.js';

/** Days up to today; the API has at most 400. */
const PERIODS = [30, 90, 365];
const DAY_MS = 86_400_000;

/** How the contacts of a domain grow, and how many opt out. */
export function Growth({ domain }: { domain: string }): VNode {
  const { api } = useSession();
  const [days, setDays] = useState(90);
  const growth = useRequest(
    (signal) => {
      const from = new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
      return api.get('/domains/{name}/contacts/growth', { path: { name: domain }, query: { from } }, signal);
    },
    [domain, days],
  );
  return (
    <div class="card">
      <Period days={days} onDays={setDays} />
      <div class="growth">
        <Loaded request={growth}>{(data) => <GrowthCharts growth={data} />}</Loaded>
      </div>
    </div>
  );
}

function Period({ days, onDays }: { days: number; onDays: (days: number) => void }): VNode {
  const texts = useTexts(domainTexts);
  const format = useFormat();
  return (
    <label class="period">
      {texts.period}
      <select
        value={days}
        onChange={({ currentTarget }) => {
          onDays(Number(currentTarget.value));
        }}
      >
        {PERIODS.map((each) => (
          <option key={each} value={each}>
            {texts.days(format.number(each))}
          </option>
        ))}
      </select>
    </label>
  );
}

function GrowthCharts({ growth: { items, countedSince } }: { growth: Schema<'GrowthAnswer'> }): VNode {
  const texts = useTexts(domainTexts);
  const format = useFormat();
  if (items.length === 0) return <NoGrowth />;
  const axis = {
    times: items.map(({ date }) => Date.parse(date)),
    formatTime: (ms: number): string => format.day(new Date(ms).toISOString().slice(0, 10)),
    formatTick: (ms: number): string => format.shortDay(new Date(ms).toISOString().slice(0, 10)),
    timeLabel: texts.day,
  };
  return (
    <>
      <TimeChart
        {...axis}
        unit="day"
        title={texts.growth}
        series={[{ label: texts.active, kind: 'line', tone: 'accent', values: items.map(({ active }) => active) }]}
      />
      <TimeChart
        {...axis}
        unit="day"
        title={texts.changes}
        series={[
          {
            label: texts.registered,
            kind: 'line',
            tone: 'blue',
            values: items.map(({ registered, returned }) => registered + returned),
          },
          { label: texts.unsubscribed, kind: 'line', tone: 'bad', values: items.map((day) => day.unsubscribed) },
          { label: texts.pruned, kind: 'line', tone: 'muted', values: items.map(({ pruned }) => pruned) },
        ]}
      />
      {countedSince !== null && <p class="hint">{texts.countedSince(format.day(countedSince.slice(0, 10)))}</p>}
    </>
  );
}

function NoGrowth(): VNode {
  const texts = useTexts(domainTexts);
  return (
    <EmptyState title={texts.noGrowth}>
      <p>{texts.noGrowthHint}</p>
    </EmptyState>
  );
}
