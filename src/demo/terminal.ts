const WIDTH = 40;

/** Draws how much of the work is done; a line of its own at the end, and nothing between where there is no terminal. */
export function progressBar(label: string, done: number, total: number): void {
  const isDone = done >= total;
  if (!process.stdout.isTTY && !isDone) return;
  const filled = Math.floor((Math.min(done, total) / total) * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  process.stdout.write(`\r${label.padEnd(12)} ${bar} ${done}/${total}${isDone ? '\n' : ''}`);
}

/** Names and numbers under each other. */
export function table(rows: Readonly<Record<string, number>>): string {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  return Object.entries(rows)
    .map(([name, value]) => `  ${name.padEnd(width)}  ${value.toLocaleString('en').padStart(12)}`)
    .join('\n');
}
