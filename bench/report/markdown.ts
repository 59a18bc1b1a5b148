/** Columns of a line of prose in Markdown. */
const PROSE_WIDTH = 110;

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Breaks prose into lines as wide as Markdown may be here; `indent` begins each but the first. */
export function wrap(prose: string, indent = ''): string {
  const lines = [''];
  for (const word of prose.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.trim() !== word && longer.length > PROSE_WIDTH) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = longer;
  }
  return lines.join('\n');
}

/** The lowest and the highest of the values. */
export function spread(values: readonly number[], digits: number): string {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return digits === 0 ? `${count(min)} to ${count(max)}` : `${min.toFixed(digits)} to ${max.toFixed(digits)}`;
}
