import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLabels, type LabelSets, registry } from './registry.js';

interface Documented {
  readonly type: string;
  /** The values in code spans of each label, where the page names all of them. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

const documented = new Map<string, Documented>();
const labels = new Map<string, LabelSets>();

beforeAll(async () => {
  const folder = join(process.cwd(), 'src/core/metrics');
  const files = readdirSync(folder).filter((file) => file.endsWith('.metrics.ts'));
  for (const file of files) await import(`./${file.replace(/\.ts$/, '.js')}`);
  for (const [name, sets] of describeLabels()) labels.set(name, sets);
  const sections = readFileSync(join(process.cwd(), 'docs/metrics.md'), 'utf8').split(/^### /m);
  for (const section of sections) {
    const name = /^`(push_contact_[a-z0-9_]+)`\n/.exec(section)?.[1];
    if (name !== undefined) documented.set(name, readSection(section));
  }
});

describe('docs/metrics.md', () => {
  it('has every metric of ours once, and no other', () => {
    expect([...documented.keys()].sort()).toEqual([...labels.keys()].sort());
  });

  it('gives the type of each', () => {
    const types = [...labels.keys()].map((name) => [name, readType(name)]);
    expect([...documented].map(([name, { type }]) => [name, type]).sort()).toEqual(types.sort());
  });

  it('names the labels of each', () => {
    const names = [...labels].map(([name, sets]) => [name, Object.keys(sets)]);
    expect([...documented].map(([name, { labels: named }]) => [name, [...named.keys()]]).sort()).toEqual(names.sort());
  });

  // Those that the code of metrics does not list: label-values.docs.spec.ts.
  it('lists the values of a label as they are, wherever it lists them', () => {
    const listed = [...documented].flatMap(([name, { labels: named }]) =>
      [...named].flatMap(([label, values]) => {
        const ofCode = findValues(name, label);
        return values.length === 0 || ofCode === undefined ? [] : [{ name, label, values: [...values].sort(), ofCode }];
      }),
    );
    for (const { name, label, values, ofCode } of listed) expect([name, label, values]).toEqual([name, label, ofCode]);
    expect(listed.length).toBeGreaterThan(15);
  });
});

/** Undefined where the code does not list them. */
function findValues(name: string, label: string): string[] | undefined {
  const values = labels.get(name)?.[label] ?? [];
  return values.length === 0 ? undefined : [...values].sort();
}

function readType(name: string): string {
  return registry.getSingleMetric(name)?.constructor.name ?? '';
}

function readSection(section: string): Documented {
  const type = /\n\n([A-Z][a-z]+)\. /.exec(section)?.[1] ?? '';
  const items = section.matchAll(/^- `([a-z_]+)`: ([\s\S]*?)(?=\n- |\n\n|\n?$(?![\s\S]))/gm);
  const named = [...items].map(([, label = '', text = '']) => [label, readValues(text)] as const);
  return { type, labels: new Map(named) };
}

/** The code spans; none where the text refers to a section or to other labels. */
function readValues(text: string): string[] {
  if (/^(see|as above|of|a |an )/.test(text) || text.includes('see [')) return [];
  return [...text.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value);
}
