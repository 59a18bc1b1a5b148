import type { GrowthPoint } from '../measurements/growth.js';

/** A line of a panel; its values are in the order of the panel's contacts. */
interface Line {
  readonly name: string;
  readonly color: string;
  readonly values: readonly number[];
}

interface Panel {
  readonly title: string;
  readonly contacts: readonly number[];
  readonly lines: readonly Line[];
}

const WIDTH = 400;
const HEIGHT = 290;
const PLOT = { left: 50, right: 20, top: 44, bottom: 58 };
const GRID_LINES = 4;

const OURS = '#0b62d6';
const FLOOR = '#8a8f98';
const API = '#2a9d55';

/** Draws an SVG with the time per contact (µs) and the peak memory (MB) against the number of contacts. */
export function growthChart(points: readonly GrowthPoint[]): string {
  const contacts = points.map((point) => point.contacts);
  const perContact = (seconds: number, point: GrowthPoint): number => (seconds / point.contacts) * 1e6;
  const time: Panel = {
    title: 'µs for each contact',
    contacts,
    lines: [
      { name: 'ours', color: OURS, values: points.map((point) => perContact(point.oursSeconds, point)) },
      { name: 'floor', color: FLOOR, values: points.map((point) => perContact(point.floorSeconds, point)) },
    ],
  };
  const memory: Panel = {
    title: 'peak resident memory, MB',
    contacts,
    lines: [
      { name: 'worker', color: OURS, values: points.map(({ peakMb }) => peakMb.worker) },
      { name: 'api', color: API, values: points.map(({ peakMb }) => peakMb.api) },
      { name: 'floor', color: FLOOR, values: points.map(({ peakMb }) => peakMb.floor) },
    ],
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${HEIGHT}" width="${2 * WIDTH}" height="${HEIGHT}"`,
    ` role="img" font-family="system-ui, sans-serif" font-size="12" fill="#24292f">`,
    `<title>Cost of a broadcast against the number of contacts</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    panel(time, 0),
    panel(memory, WIDTH),
    `</svg>\n`,
  ].join('\n');
}

function panel({ title, contacts, lines }: Panel, offset: number): string {
  const top = niceCeiling(Math.max(...lines.flatMap(({ values }) => values)));
  const first = Math.log10(contacts[0] ?? 1);
  const decades = Math.max(Math.log10(contacts.at(-1) ?? 10) - first, 1);
  const x = (size: number): number =>
    PLOT.left + ((Math.log10(size) - first) / decades) * (WIDTH - PLOT.left - PLOT.right);
  const y = (value: number): number => HEIGHT - PLOT.bottom - (value / top) * (HEIGHT - PLOT.top - PLOT.bottom);
  const grid = Array.from({ length: GRID_LINES + 1 }, (_, index) => (top / GRID_LINES) * index).map(
    (value) =>
      `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at(y(value))}" y2="${at(y(value))}" stroke="#e2e5e9"/>` +
      `<text x="${PLOT.left - 6}" y="${at(y(value) + 4)}" text-anchor="end">${Number(value.toFixed(1))}</text>`,
  );
  const sizes = contacts.map(
    (size) => `<text x="${at(x(size))}" y="${HEIGHT - PLOT.bottom + 18}" text-anchor="middle">${short(size)}</text>`,
  );
  const drawn = lines.map(({ color, values }) => {
    const points = values.map((value, index) => [at(x(contacts[index] ?? 1)), at(y(value))] as const);
    const dots = points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${color}"/>`).join('');
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>${dots}`;
  });
  const legend = lines.map(
    ({ name, color }, index) =>
      `<rect x="${PLOT.left + index * 80}" y="${HEIGHT - 20}" width="12" height="3" fill="${color}"/>` +
      `<text x="${PLOT.left + 18 + index * 80}" y="${HEIGHT - 14}">${name}</text>`,
  );
  return [
    `<g transform="translate(${offset} 0)">`,
    `<text x="${PLOT.left}" y="24" font-size="14" font-weight="600">${title}</text>`,
    ...grid,
    ...sizes,
    `<text x="${WIDTH - PLOT.right}" y="${HEIGHT - 14}" text-anchor="end">contacts</text>`,
    ...drawn,
    ...legend,
    `</g>`,
  ].join('\n');
}

/** The next of 1, 2, 4, 6, 8 or 10 times a power of ten. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 6, 8, 10].find((step) => step * power >= value) ?? 10);
}

function short(size: number): string {
  if (size >= 1_000_000) return `${size / 1_000_000}M`;
  return size >= 1_000 ? `${size / 1_000}k` : String(size);
}

function at(position: number): string {
  return position.toFixed(1);
}
