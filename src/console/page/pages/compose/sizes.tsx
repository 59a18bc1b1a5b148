import type { VNode } from 'preact';
import { ErrorState } from '../../components/states.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { composeTexts } from './texts.js';
import type { PreviewState } from './use-preview.js';

type ServiceSize = NonNullable<PreviewState['preview']>['services'][number];

/** Chromium of distributions is as Chrome is. */
const HIDDEN = 'jmt17.google.com';

/** The size of the message for each push service against its limit. */
export function Sizes({ preview, problem, reload }: PreviewState): VNode {
  const texts = useTexts(composeTexts).sizes;
  const services = preview?.services.filter(({ service }) => service !== HIDDEN) ?? [];
  // The errors of a refused message are beside their fields.
  const isRefused = problem?.status === 400;
  return (
    <section class="card" aria-labelledby="compose-sizes">
      <h2 id="compose-sizes">{texts.heading}</h2>
      {problem !== undefined && !isRefused && <ErrorState problem={problem} onRetry={reload} />}
      {isRefused && <p class="bad">{texts.refused}</p>}
      {services.length === 0 && !isRefused && <p class="muted">{texts.empty}</p>}
      <ul class="sizes">
        {services.map((size) => (
          <Size key={size.service} size={size} />
        ))}
      </ul>
      {preview?.warnings.map(({ code, detail }) => (
        <p key={code} class="warn">
          {texts.warnings[code] ?? detail}
        </p>
      ))}
    </section>
  );
}

function Size({ size }: { readonly size: ServiceSize }): VNode {
  const texts = useTexts(composeTexts).sizes;
  const format = useFormat();
  const { service, bytes, wholeBytes, limitBytes, fits, shortened } = size;
  const name = (texts.services as Readonly<Record<string, string>>)[service] ?? service;
  const isOver = wholeBytes > limitBytes;
  const state = !fits
    ? size.format === 'firebase'
      ? texts.refusedByFirebase
      : texts.doesNotFit
    : shortened.length === 0
      ? texts.fits
      : texts.shortened(shortened.map((part) => texts.parts[part]).join(', '), format.number(wholeBytes));
  return (
    <li>
      <span class="size-name">{name}</span>
      <span class="size-bytes">{texts.ofLimit(format.number(bytes), format.number(limitBytes))}</span>
      <meter
        aria-label={name}
        value={Math.min(bytes, limitBytes)}
        max={limitBytes}
        high={limitBytes * 0.9}
        optimum={0}
      />
      <span class={fits ? (isOver ? 'warn' : 'muted') : 'bad'}>{state}</span>
    </li>
  );
}
