import type { ComponentChildren, VNode } from 'preact';

/** A number with its name, and what it means beside others. */
export interface StatTile {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
}

/** The page's most important numbers. */
export function StatTiles({ tiles }: { tiles: readonly StatTile[] }): VNode {
  return (
    <dl class="tiles">
      {tiles.map(({ label, value, note }) => (
        <div key={label} class="tile">
          <dt>{label}</dt>
          <dd>
            <span class="tile-value">{value}</span>
            {note !== undefined && <span class="muted">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
