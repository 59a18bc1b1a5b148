import uPlot from 'uplot';
import { onThemeChange } from '../shell/theme.js';
import type { Series } from './time-chart.js';

/** CSS pixels; as in styles/chart.css. */
const HEIGHT = 240;
const AXIS_WIDTH = 64;
const AXIS_FONT = '12px system-ui, sans-serif';
/** The least distance of two times on the axis, and its height, in CSS pixels. */
const TIME_SPACE = 70;
const TIME_HEIGHT = 32;

interface Drawing {
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
    chart.redraw(false, true);
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
    scales: { y: { range: (_chart, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.08] } },
    axes: [
      {
        ...axis,
        space: TIME_SPACE,
        size: TIME_HEIGHT,
        values: (_chart, splits) => splits.map((at) => drawing.formatTick(at * 1_000)),
      },
      { ...axis, size: AXIS_WIDTH, values: (_chart, splits) => splits.map((value) => toTick(value, drawing)) },
    ],
    series: [{}, ...drawing.series.map((series) => toSeries(figure, series))],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          drawing.onPoint(cursor.idx ?? undefined);
        },
      ],
    },
  };
}

/** Contacts and messages are whole. */
function toTick(value: number, { formatNumber }: Drawing): string {
  return Number.isInteger(value) ? formatNumber(value) : '';
}

function toSeries(figure: HTMLElement, { kind, tone }: Series): uPlot.Series {
  const color = (): string => readColor(figure, `[data-tone='${tone}']`, 'background-color');
  if (kind === 'line') return { stroke: color, width: 2, points: { show: false } };
  const paths = uPlot.paths.bars?.({ size: [0.6, 24] });
  return { stroke: color, fill: color, width: 0, points: { show: false }, ...(paths !== undefined && { paths }) };
}

/** A canvas knows no custom property and no light-dark(): the color is that of an element which has it. */
function readColor(figure: HTMLElement, selector: string, property = 'color'): string {
  const element = figure.querySelector(selector);
  return element === null ? '' : getComputedStyle(element).getPropertyValue(property);
}
