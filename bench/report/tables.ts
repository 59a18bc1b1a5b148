import { type Comparison, cpuMicrosecondsOf, median, ratioOf } from '../measurement.js';
import type { GrowthPoint } from '../measurements/growth.js';
import { lastMileSection } from './last-mile.js';
import { count, spread, table, wrap } from './markdown.js';
import type { ComparisonName, Measured, Results } from './results.js';

type Row = readonly string[];

interface Described {
  readonly work: string;
  /** Minimum ratio to the floor. */
  readonly target: number;
}

const COMPARISONS: Readonly<Record<ComparisonName, Described>> = {
  'broadcast-tokens': { work: 'broadcast to device tokens, 500 a call', target: 0.8 },
  'broadcast-subscriptions': { work: 'broadcast to subscriptions, 100 a call', target: 0.8 },
  register: { work: '`POST /push-contacts` with the call to PushApi', target: 0.85 },
  tracking: { work: '`POST …/received`, on disk before the 202', target: 0.7 },
  'web-push-encryption': { work: 'Web Push encryption, one core', target: 0.8 },
};

const COMPARISON_HEAD = [
  'work',
  'CPU, ours / floor',
  'from round to round',
  'CPU: floor, ours',
  'rate, ours / floor',
  'from round to round',
  'target',
  'floor',
  'ours',
];

const GROWTH_TARGET = 10.5;

/** All results as Markdown tables. */
export function toMarkdown(results: Results): string {
  const sections = [
    lastMileSection(results),
    comparisonsTable(results),
    growthSection(results),
    tracingSection(results),
    othersSection(results),
    circumstances(results),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function comparisonsTable({ comparisons }: Results): string {
  const rows = (Object.entries(COMPARISONS) as [ComparisonName, Described][]).flatMap(([name, { work, target }]) => {
    const measured = comparisons[name];
    return measured === undefined ? [] : [comparisonRow(work, target, measured.result)];
  });
  if (rows.length === 0) return '';
  return table(COMPARISON_HEAD, rows);
}

/** CPU time first: it is steadier than a rate when others use the machine too. */
function comparisonRow(work: string, target: number, comparison: Comparison): Row {
  const { unit, floor, ours, ratio, rounds, cpuMicroseconds: cpu } = comparison;
  const cpuRatios = cpuRatiosOf(comparison);
  return [
    work,
    ...(cpu === undefined
      ? ['', '', '']
      : [`**${median(cpuRatios).toFixed(2)}**`, spread(cpuRatios, 2), `${count(cpu.floor)} µs, ${count(cpu.ours)} µs`]),
    `**${ratio.toFixed(2)}**`,
    spread(rounds.map(ratioOf), 2),
    `≥ ${target}`,
    `${count(floor)} ${unit}`,
    `${count(ours)} ${unit}`,
  ];
}

function cpuRatiosOf({ rounds }: Comparison): number[] {
  return rounds.map(({ floor, ours }) => cpuMicrosecondsOf(ours) / cpuMicrosecondsOf(floor));
}

function growthSection({ growth }: Results): string {
  if (growth === undefined) return '';
  const { points, ratio, floorRatio } = growth.result;
  const head = ['contacts', 'floor', 'ours', 'ours, a contact', 'worker, peak', 'api, peak', 'floor, peak'];
  const text =
    ratio === undefined
      ? ''
      : `\n\nTime for 1,000,000 / time for 100,000: **${ratio.toFixed(2)}** (target ≤ ${GROWTH_TARGET}), ` +
        `the floor's ${(floorRatio ?? NaN).toFixed(2)}.`;
  return table(head, points.map(growthRow)) + text;
}

function growthRow({ contacts, floorSeconds, oursSeconds, peakMb }: GrowthPoint): Row {
  return [
    count(contacts),
    `${floorSeconds.toFixed(2)} s`,
    `${oursSeconds.toFixed(2)} s`,
    `${((oursSeconds / contacts) * 1e6).toFixed(0)} µs`,
    `${peakMb.worker} MB`,
    `${peakMb.api} MB`,
    `${peakMb.floor} MB`,
  ];
}

function tracingSection({ tracing }: Results): string {
  if (tracing === undefined) return '';
  const rows = Object.entries(tracing.result).map(([kind, comparison]): Row => {
    const { unit, floor, ours } = comparison;
    const cpuRatios = cpuRatiosOf(comparison);
    return [
      kind,
      `**${median(cpuRatios).toFixed(2)}**`,
      spread(cpuRatios, 2),
      `${count(floor)} ${unit}`,
      `${count(ours)} ${unit}`,
    ];
  });
  const head = ['broadcast to', 'CPU, with traces / without', 'from round to round', 'without', 'with'];
  return `What traces cost, each request, batch and call being traced:\n\n${table(head, rows)}`;
}

function othersSection({ comparisons, others }: Results): string {
  if (others === undefined) return '';
  const { oneJobPerContact, threeWritesAClick } = others.result;
  const times = (name: ComparisonName, { rate }: { rate: number }): string => {
    const ours = comparisons[name]?.result.ours;
    return ours === undefined ? '' : `; ours is ${(ours / rate).toFixed(0)} times that`;
  };
  return [
    'As others do it, on the same machine:',
    '',
    wrap(
      `- a broadcast to subscriptions by one job, one call and three writes a contact: ${count(oneJobPerContact.rate)} contacts/s${times('broadcast-subscriptions', oneJobPerContact)},`,
      '  ',
    ),
    `- clicks and receipts by an insert and two updates each: ${count(threeWritesAClick.rate)} requests/s${times('tracking', threeWritesAClick)}.`,
  ].join('\n');
}

function circumstances({ comparisons, growth, others, tracing, lastMile }: Results): string {
  const all = [...Object.values(comparisons), growth, others, tracing, ...Object.values(lastMile ?? {})].filter(
    (each) => each !== undefined,
  );
  const lines = new Set(all.map(describeCircumstances));
  return wrap([...lines].map((line) => `Measured ${line}.`).join(' '));
}

function describeCircumstances({ date, machine, versions }: Measured<unknown>): string {
  const { node = '', mongod = '', redis = '' } = versions;
  return `on ${date.slice(0, 10)}: ${machine}, Node.js ${node}, MongoDB ${mongod}, Redis ${redis}`;
}
