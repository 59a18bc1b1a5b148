import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { useTexts } from '../../texts/language.js';
import { healthTexts } from './texts.js';

/** What the API needs, and whether it answers. */
export function Dependencies({ dependencies }: { dependencies: readonly Schema<'DependencyAnswer'>[] }): VNode {
  const texts = useTexts(healthTexts);
  return (
    <section class="card">
      <h2>{texts.dependencies}</h2>
      <ul class="pairs">
        {dependencies.map(({ name, status, detail }) => (
          <li key={name}>
            <span>{name}</span>
            <span>
              {status === 'up' ? (
                <span class="badge good">{texts.up}</span>
              ) : (
                <span class="badge bad">{texts.down}</span>
              )}
              {detail !== null && <span class="muted"> {detail}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What answers, for a report of a fault. */
export function Versions({ versions }: { versions: Schema<'VersionsAnswer'> }): VNode {
  const texts = useTexts(healthTexts);
  const named = [
    ['push-contact', versions.product],
    ['Node.js', versions.node],
    ['MongoDB', versions.mongodb],
    ['Redis', versions.redis],
  ] as const;
  return (
    <section class="card">
      <h2>{texts.versions}</h2>
      <ul class="pairs">
        {named.map(([name, version]) => (
          <li key={name}>
            <span>{name}</span>
            {version === null ? <span class="muted">{texts.unknown}</span> : <code>{version}</code>}
          </li>
        ))}
      </ul>
    </section>
  );
}
