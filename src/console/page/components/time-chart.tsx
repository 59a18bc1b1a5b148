import type { VNode } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { commonTexts } from '../texts/common.js';
import { useFormat } from '../texts/format.js';
import { useTexts } from '../texts/language.js';
import { DataTable } from './data-table.js';
import { drawChart } from './draw-chart.js';

/** Colors of a series; each has a contrast of 3 on the page in both themes. */
type Tone = 'accent' | 'blue' | 'bad' | 'warn' | 'muted';

/** What a value of a chart is of: a day of UTC, or an hour. */
export type ChartUnit = 'day' | 'hour';

/** One line, or one set of bars, of a chart. */
export interface Series {
  readonly label: string;
  readonly kind: 'line' | 'bars';
  readonly tone: Tone;
  /** By the chart's times; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

interface TimeChartProps {
  readonly title: string;
  readonly unit: ChartUnit;
  /** Ascending; milliseconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** Writes a time, in the legend and the table. */
  readonly formatTime: (ms: number) => string;
  /** A shorter form for the axis. */
  readonly formatTick: (ms: number) => string;
  /** What the times are called, the head of the table's first column. */
  readonly timeLabel: string;
}

/**
 * A chart over time. Its legend shows the values under the pointer; screen readers get the same numbers as a
 * table, which everybody can open.
 */
export function TimeChart(props: TimeChartProps): VNode {
  const { title, unit, times, series, formatTime, formatTick } = props;
  const format = useFormat();
  const titleId = useId();
  const figure = useRef<HTMLElement>(null);
  const [pointed, setPointed] = useState<number | undefined>();
  const drawing = JSON.stringify([times, series]);
  useEffect(() => {
    if (figure.current === null) return undefined;
    const texts = { formatTick, formatNumber: format.number };
    return drawChart(figure.current, { unit, times, series, ...texts, onPoint: setPointed });
  }, [drawing, format]);
  const time = pointed === undefined ? undefined : times[pointed];
  return (
    <figure ref={figure} class="chart" aria-labelledby={titleId}>
      <figcaption id={titleId}>{title}</figcaption>
      <ul class="legend">
        {series.map(({ label, tone, values }) => (
          <li key={label}>
            <span class={`swatch ${tone}`} aria-hidden="true" data-tone={tone} />
            {label}
            <b aria-hidden="true">{pointed === undefined ? '' : toText(values[pointed], format.number)}</b>
          </li>
        ))}
        <li aria-hidden="true">{time === undefined ? '' : formatTime(time)}</li>
      </ul>
      <div class="chart-plot" aria-hidden="true" />
      <ChartTable {...props} />
    </figure>
  );
}

/** The chart's numbers, latest first; rendered when it is opened. */
function ChartTable({ title, times, series, formatTime, timeLabel }: TimeChartProps): VNode {
  const texts = useTexts(commonTexts);
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const valueColumns = series.map(({ label, values }) => ({
    header: label,
    width: 8,
    isNumber: true,
    cell: ({ at }: { at: number }) => toText(values[at], format.number),
  }));
  return (
    <details
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
      }}
    >
      <summary>{texts.showAsTable}</summary>
      {isOpen && (
        <DataTable
          label={title}
          rows={times.map((ms, at) => ({ ms, at })).reverse()}
          rowKey={({ ms }) => String(ms)}
          columns={[{ header: timeLabel, width: 11, cell: ({ ms }) => formatTime(ms) }, ...valueColumns]}
        />
      )}
    </details>
  );
}

function toText(value: number | null | undefined, formatNumber: (value: number) => string): string {
  return value === null || value === undefined ? '–' : formatNumber(value);
}
