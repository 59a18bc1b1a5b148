import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { inRepository } from '../paths.js';
import { growthChart } from './chart.js';
import type { Results } from './results.js';
import { toMarkdown } from './tables.js';

const START = '<!-- bench:start -->';
const CHART = '![Time for each contact and peak memory against the number of contacts](performance-growth.svg)';
const END = '<!-- bench:end -->';

/**
 * Writes the figures between the markers of `docs/performance.md`, and its chart. Throws if a marker is
 * missing.
 */
export async function writeDocument(results: Results): Promise<void> {
  const path = inRepository('docs/performance.md');
  const text = await readFile(path, 'utf8');
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error(`${path} has no ${START} … ${END}`);
  const figures = results.growth === undefined ? toMarkdown(results) : `${toMarkdown(results)}\n\n${CHART}`;
  const written = `${text.slice(0, start + START.length)}\n\n${figures}\n\n${text.slice(end)}`;
  await writeFile(path, await format(written, { parser: 'markdown', printWidth: 120, singleQuote: true }));
  if (results.growth !== undefined) {
    await writeFile(inRepository('docs/performance-growth.svg'), growthChart(results.growth.result.points));
  }
}
