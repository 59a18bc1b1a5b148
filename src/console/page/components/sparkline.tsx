import type { VNode } from 'preact';

const WIDTH = 96;
const HEIGHT = 24;

/** A small picture of how values went, with its meaning as text for screen readers. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }): VNode {
  const step = WIDTH / Math.max(1, values.length);
  const max = Math.max(1, ...values);
  return (
    <svg class="sparkline" role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
      {values.map((value, at) => {
        const height = value === 0 ? 1 : Math.max(2, (value / max) * HEIGHT);
        return <rect key={at} x={at * step} y={HEIGHT - height} width={Math.max(1, step - 1)} height={height} />;
      })}
    </svg>
  );
}
