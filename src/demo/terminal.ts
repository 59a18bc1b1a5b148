const WIDTH = 40;

/**
 * Draws the progress on one line, which ends when all is done. Without a terminal, only the last state is
 * printed.
 */
export function progressBar(label: string, done: number, total: number): void {
  const isDone = done >= total;
  if (!process.stdout.isTTY && !isDone) return;
  const filled = Math.floor((Math.min(done, total) / total) * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  process.stdout.write(`\r${label.padEnd(12)} ${bar} ${done}/${total}${isDone ? '\n' : ''}`);
}

/** Formats names and numbers as two columns. */
export function table(rows: Readonly<Record<string, number>>): string {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  return Object.entries(rows)
    .map(([name, value]) => `  ${name.padEnd(width)}  ${value.toLocaleString('en').padStart(12)}`)
    .join('\n');
}
