import uPlot from 'uplot';
import { onThemeChange } from '../shell/theme.js';
import type { ChartUnit, Series } from './time-chart.js';

/** CSS pixels; as in styles/chart.css. */
const HEIGHT = 240;
const AXIS_WIDTH = 64;
const AXIS_FONT = '12px system-ui, sans-serif';
/** The least distance of two times on the axis, and its height, in CSS pixels. */
const TIME_SPACE = 70;
const TIME_HEIGHT = 32;

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** The steps between times on the axis, in seconds: none is shorter than what a value is of. */
const STEPS: Readonly<Record<ChartUnit, readonly number[]>> = {
  hour: [1, 2, 3, 6, 12, 24, 48, 72, 168].map((hours) => hours * HOUR),
  day: [1, 2, 3, 7, 14, 30, 60, 90, 180, 365].map((days) => days * DAY),
};

/** With as few values, a line is short or none at all, so its points are drawn too. */
const FEW_VALUES = 14;

interface Drawing {
  readonly unit: ChartUnit;
  /** Ascending; milliseconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly formatTick: (ms: number) => string;
  readonly formatNumber: (value: number) => string;
  /** Is called with the index of the time under the pointer; undefined when there is none. */
  readonly onPoint: (index: number | undefined) => void;
}

/**
 * Draws on the figure's plot, in the width that it has, and again when theme or width change. Returns what
 * ends that.
 */
export function drawChart(figure: HTMLElement, drawing: Drawing): () => void {
  const plot = figure.querySelector<HTMLElement>('.chart-plot');
  if (plot === null) return () => undefined;
  const chart = new uPlot(toOptions(figure, plot.clientWidth, drawing), toData(drawing), plot);
  const observer = new ResizeObserver(() => {
    chart.setSize({ width: plot.clientWidth, height: HEIGHT });
  });
  observer.observe(plot);
  const unfollow = onThemeChange(() => {
    // The paths of bars hold their colors.
    chart.redraw(true, true);
  });
  return () => {
    unfollow();
    observer.disconnect();
    chart.destroy();
  };
}

function toData({ times, series }: Drawing): uPlot.AlignedData {
  return [times.map((ms) => ms / 1_000), ...series.map(({ values }) => [...values])];
}

function toOptions(figure: HTMLElement, width: number, drawing: Drawing): uPlot.Options {
  const ink = (): string => readColor(figure, '.legend');
  const line = (): string => readColor(figure, '.legend', 'border-bottom-color');
  const axis = { stroke: ink, font: AXIS_FONT, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    // Days are of UTC; hours are shown in the reader's own time.
    ...(drawing.unit === 'day' && { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1_000), 'Etc/UTC') }),
    scales: {
      x: { range: () => padTimes(drawing) },
      y: { range: (_chart, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.08] },
    },
    axes: [
      {
        ...axis,
        space: TIME_SPACE,
        size: TIME_HEIGHT,
        incrs: [...STEPS[drawing.unit]],
        values: (_chart, splits) => splits.map((at) => drawing.formatTick(at * 1_000)),
      },
      { ...axis, size: AXIS_WIDTH, values: (_chart, splits) => splits.map((value) => toTick(value, drawing)) },
    ],
    series: [{}, ...drawing.series.map((series) => toSeries(figure, series, drawing.times.length))],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          drawing.onPoint(cursor.idx ?? undefined);
        },
      ],
    },
  };
}

/** Half a step at both ends: one value alone has a width, and the first and the last bar are whole. */
function padTimes({ times, unit }: Drawing): [number, number] {
  const half = (unit === 'day' ? DAY : HOUR) / 2;
  return [(times[0] ?? 0) / 1_000 - half, (times.at(-1) ?? 0) / 1_000 + half];
}

/** Contacts and messages are whole. */
function toTick(value: number, { formatNumber }: Drawing): string {
  return Number.isInteger(value) ? formatNumber(value) : '';
}

function toSeries(figure: HTMLElement, { kind, tone }: Series, count: number): uPlot.Series {
  const color = (): string => readColor(figure, `[data-tone='${tone}']`, 'background-color');
  if (kind === 'line') {
    const points = count > FEW_VALUES ? { show: false } : { show: true, size: 7, stroke: color, fill: color };
    return { stroke: color, width: 2, points };
  }
  const paths = uPlot.paths.bars?.({ size: [0.6, 24] });
  return { stroke: color, fill: color, width: 0, points: { show: false }, ...(paths !== undefined && { paths }) };
}

/** A canvas knows no custom property and no light-dark(): the color is that of an element which has it. */
function readColor(figure: HTMLElement, selector: string, property = 'color'): string {
  const element = figure.querySelector(selector);
  return element === null ? '' : getComputedStyle(element).getPropertyValue(property);
}
