import type { VNode } from 'preact';

/** How much of long work is done; `label` says it in words. */
export function ProgressBar({ done, total, label }: { done: number; total: number; label: string }): VNode {
  return <progress class="progress" value={done} max={Math.max(1, total)} aria-label={label} />;
}
