import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The Prometheus registry of this process. */
export const registry = new Registry();

collectDefaultMetrics({ register: registry });

const readers = new Set<() => Promise<void>>();

/** Calls `read` whenever somebody scrapes, before the text is rendered; it must not reject. */
export function beforeScrape(read: () => Promise<void>): void {
  readers.add(read);
}

/** Renders all metrics of this process in the text format of Prometheus. */
export async function renderMetrics(): Promise<string> {
  await Promise.all([...readers].map((read) => read()));
  return registry.metrics();
}

/** All values of each label: there are no other series, whatever comes from outside. */
export type LabelSets = Readonly<Record<string, readonly string[]>>;

type LabelValues<L extends LabelSets> = { readonly [K in keyof L]: L[K][number] };

/** Labels come first, where there are any. */
type Arguments<L extends LabelSets, Rest extends readonly unknown[]> = [keyof L] extends [never]
  ? Rest
  : [labels: LabelValues<L>, ...rest: Rest];

interface LabelledCounter<L extends LabelSets> {
  inc(...args: Arguments<L, [by?: number]>): void;
}

interface LabelledGauge<L extends LabelSets> {
  set(...args: Arguments<L, [value: number]>): void;
  /** Leaves all its series out until they are set again. */
  reset(): void;
}

interface LabelledHistogram<L extends LabelSets> {
  observe(...args: Arguments<L, [value: number]>): void;
}

/** What a metric is, as its page documents it. */
interface Description<L extends LabelSets> {
  /** By Prometheus' conventions (prometheus.io, "Metric and label naming"). */
  readonly name: `push_contact_${string}`;
  readonly help: string;
  readonly labels: L;
}

const described = new Map<string, LabelSets>();

/** The labels of each metric of ours that this process has loaded, by name. */
export function describeLabels(): ReadonlyMap<string, LabelSets> {
  return described;
}

function toConfiguration<L extends LabelSets>({
  name,
  help,
  labels,
}: Description<L>): {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
} {
  described.set(name, labels);
  return { name, help, labelNames: Object.keys(labels), registers: [registry] };
}

/** Registers a counter; where it has no labels, it is 0 from the start. */
export function counter<const L extends LabelSets>(description: Description<L>): LabelledCounter<L> {
  return new Counter(toConfiguration(description)) as LabelledCounter<L>;
}

/** Registers a gauge without a value: it is left out until it is set. */
export function gauge<const L extends LabelSets>(description: Description<L>): LabelledGauge<L> {
  const created = new Gauge(toConfiguration(description));
  const leaveOut = (): void => {
    created.reset();
    // Without labels, prom-client resets to 0.
    if (Object.keys(description.labels).length === 0) created.remove();
  };
  leaveOut();
  return { set: created.set.bind(created) as LabelledGauge<L>['set'], reset: leaveOut };
}

/** Registers a histogram. Few buckets: each is a line for every set of labels. */
export function histogram<const L extends LabelSets>(
  description: Description<L> & { readonly buckets: readonly number[] },
): LabelledHistogram<L> {
  const configuration = { ...toConfiguration(description), buckets: [...description.buckets] };
  return new Histogram(configuration) as LabelledHistogram<L>;
}
