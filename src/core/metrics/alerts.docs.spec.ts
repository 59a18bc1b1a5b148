import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeLabels, type LabelSets } from './registry.js';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string; readonly refId: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
}

const read = (path: string): string => readFileSync(join(process.cwd(), path), 'utf8');
const { groups } = parse(read('ops/prometheus/push-contact.rules.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const dashboard = JSON.parse(read('ops/grafana/dashboards/push-contact.json')) as Dashboard;
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const runbooks = read('docs/runbooks.md');

/** What Prometheus, its rules and Node.js add to the labels and metrics of ours. */
const LABELS_OF_PROMETHEUS = ['job', 'instance', 'le', 'alertname', 'alertstate'];
const OTHER_METRICS = /^(up|ALERTS|(process|nodejs)_[a-z0-9_]+)$/;

const metrics = new Map<string, LabelSets>();

beforeAll(async () => {
  const folder = join(process.cwd(), 'src/core/metrics');
  const files = readdirSync(folder).filter((file) => file.endsWith('.metrics.ts'));
  for (const file of files) await import(`./${file.replace(/\.ts$/, '.js')}`);
  for (const [name, sets] of describeLabels()) metrics.set(name, sets);
  for (const { record, expr } of rules) if (record !== undefined) metrics.set(record, labelsOf(expr));
});

/** The metrics of an expression, each with its matchers. */
function readSelectors(expr: string): { name: string; matchers: readonly (readonly [string, string])[] }[] {
  const withoutTexts = expr.replace(/"[^"]*"/g, (text) => text.replace(/[{}()\s]/g, '_'));
  const found = withoutTexts.matchAll(
    /\b((?:push_contact|process|nodejs|job)_[a-z0-9_:]+|up|ALERTS)\b(?:\{([^}]*)\})?/g,
  );
  return [...found].map(([, name = '', inner = '']) => ({
    name,
    matchers: [...inner.matchAll(/([a-z_]+)(?:=~|!~|!=|=)"([^"]*)"/g)].map(
      ([, label = '', text = '']) => [label, text] as const,
    ),
  }));
}

function setsOf(name: string): LabelSets | undefined {
  return metrics.get(name) ?? metrics.get(name.replace(/_(bucket|sum|count)$/, ''));
}

function labelsOf(expr: string): LabelSets {
  return Object.assign({}, ...readSelectors(expr).map(({ name }) => setsOf(name) ?? {})) as LabelSets;
}

function findFaults(expr: string): string[] {
  const faults: string[] = [];
  for (const { name, matchers } of readSelectors(expr)) {
    const sets = setsOf(name);
    if (sets === undefined && !OTHER_METRICS.test(name)) faults.push(`${name} is no metric`);
    const [label] = matchers.find(([each]) => !isLabel(each, sets ?? {})) ?? [];
    if (label !== undefined) faults.push(`${name} has no label ${label}`);
    if (sets !== undefined) faults.push(...matchers.flatMap(([each, text]) => findUnknownValues(name, each, text)));
  }
  const all = labelsOf(expr);
  const lists = [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  return [
    ...faults,
    ...lists.filter((label) => !isLabel(label, all)).map((label) => `no metric has the label ${label}`),
  ];
}

function isLabel(label: string, sets: LabelSets): boolean {
  return label in sets || LABELS_OF_PROMETHEUS.includes(label);
}

/** Values of a closed set that the code lists; of others, those that docs/metrics.md has in code spans. */
function findUnknownValues(name: string, label: string, text: string): string[] {
  if (LABELS_OF_PROMETHEUS.includes(label)) return [];
  const listed = setsOf(name)?.[label] ?? [];
  const isKnown = (value: string): boolean =>
    listed.length > 0 ? listed.some((each) => new RegExp(`^(?:${value})$`).test(each)) : page.includes(`\`${value}\``);
  const values = text.split('|').filter((value) => label !== 'route' && !isKnown(value));
  return values.map((value) => `${name}: ${label} is never ${value}`);
}

const page = read('docs/metrics.md');

describe('the alerts', () => {
  it('have a section of the runbooks each, in their order, and no other has one', () => {
    const sections = [...runbooks.matchAll(/^### (PushContact\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(alerts.map(({ alert }) => alert));
  });

  it.each(alerts.map(({ alert = '', labels, annotations }) => [alert, labels, annotations] as const))(
    '%s says how severe it is, what happens, and where its runbook is',
    (alert, labels, annotations) => {
      expect(['critical', 'warning']).toContain(labels?.severity);
      expect(annotations).toEqual({
        summary: expect.stringMatching(/\w/) as unknown,
        description: expect.stringMatching(/\.$/) as unknown,
        runbook_url: `docs/runbooks.md#${alert.toLowerCase()}`,
      });
    },
  );

  it.each(alerts.map(({ alert = '' }) => alert))(
    '%s: the runbook says what it means, what to do, and its end',
    (alert) => {
      const section = runbooks.split(`### ${alert}\n`)[1]?.split(/^##/m)[0] ?? '';
      for (const part of ['Meaning', 'Look first', 'Do', 'Ends']) expect(section).toContain(`**${part}.**`);
    },
  );

  it('use metrics, labels and values that are there', () => {
    expect(rules.flatMap(({ expr }) => findFaults(expr))).toEqual([]);
  });

  it('have runbooks whose queries use metrics, labels and values that are there', () => {
    const blocks = [...runbooks.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, lines = '']) => lines);
    expect(blocks.flatMap(findFaults)).toEqual([]);
    expect(blocks.length).toBeGreaterThan(10);
  });
});

describe('the dashboard', () => {
  it('uses metrics, labels and values that are there', () => {
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.flatMap(findFaults)).toEqual([]);
    expect(expressions.length).toBeGreaterThan(50);
  });

  it('shows every metric of ours but those that its neighbours say better', () => {
    const shown = new Set(
      panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => readSelectors(expr).map(({ name }) => name))),
    );
    const ours = [...metrics.keys()].filter((name) => name.startsWith('push_contact_'));
    const hidden = ours.filter(
      (name) => ![name, `${name}_bucket`, `${name}_sum`, `${name}_count`].some((each) => shown.has(each)),
    );
    expect(hidden.sort()).toEqual([
      'push_contact_accepted_contacts_total',
      'push_contact_contact_count_corrections_total',
      'push_contact_prune_breaker_trips_total',
      'push_contact_spans_dropped_total',
      'push_contact_test_sends_total',
      'push_contact_withheld_contacts_total',
    ]);
  });

  it('names series by labels that they have', () => {
    for (const { targets = [] } of panels) {
      const nameless = targets.filter(({ expr, legendFormat }) => {
        const used = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
        const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
        return !used.every((label) => (kept.length > 0 ? kept.includes(label) : isLabel(label, labelsOf(expr))));
      });
      expect(nameless).toEqual([]);
    }
  });

  it('has ids, titles and places of their own, and one data source, which is a variable', () => {
    const { panels: all, templating } = dashboard;
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    expect(new Set(panels.map(({ datasource }) => datasource?.uid))).toEqual(new Set(['${datasource}']));
    expect(templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['job', 'query'],
    ]);
    const cells = all.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...all.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
  });
});
