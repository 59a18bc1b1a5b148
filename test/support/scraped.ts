import { request } from './http.js';

/** A sample of the text format of Prometheus. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Labels = Readonly<Record<string, string>>;

/** What processes have answered to a scrape. */
export class Scraped {
  private constructor(
    readonly samples: readonly Sample[],
    /** Of all metrics, also of those without a value. */
    readonly names: ReadonlySet<string>,
  ) {}

  /** Scrapes processes at their `metricsUrl`. */
  static async from(...processes: readonly { readonly metricsUrl: string }[]): Promise<Scraped> {
    const responses = await Promise.all(processes.map(({ metricsUrl }) => request('GET', metricsUrl)));
    const text = responses.map((response) => response.text).join('\n');
    const samples = text.split('\n').flatMap((line) => parseSample(line) ?? []);
    return new Scraped(samples, new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)));
  }

  /** The sum of the samples with these labels; undefined without any. */
  sum(name: string, labels: Labels = {}): number | undefined {
    const found = this.samples.filter((sample) => sample.name === name && matches(sample, labels));
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  /** The values of a label. */
  valuesOf(name: string, label: string): string[] {
    const values = this.samples.flatMap((sample) => (sample.name === name ? (sample.labels[label] ?? []) : []));
    return [...new Set(values)].sort();
  }
}

function matches({ labels: actual }: Sample, labels: Labels): boolean {
  return Object.entries(labels).every(([label, value]) => actual[label] === value);
}

function parseSample(line: string): Sample | undefined {
  const [, name, , labelText = '', value] = /^([a-z_][a-z0-9_]*)(\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const labels = [...labelText.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text]);
  return { name, labels: Object.fromEntries(labels) as Labels, value: Number(value) };
}
