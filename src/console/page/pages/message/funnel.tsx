import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { messageTexts } from './texts.js';

interface FunnelProps {
  readonly report: Schema<'MessageReportAnswer'>;
  /** Of the deliveries that are kept; undefined when there are none. */
  readonly progress: Schema<'ProgressAnswer'> | undefined;
}

interface Step {
  readonly label: string;
  readonly contacts: number;
  /** What the share of the step before means. */
  readonly of: string;
  readonly note?: string | undefined;
}

/** How many contacts were planned, accepted by their push service, shown it, and have clicked. */
export function Funnel({ report, progress }: FunnelProps): VNode {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const { received, clicks, dismissed } = report;
  // Progress is asked for more often, and has no sends to single visitors of more than a week ago.
  const planned = Math.max(report.sent, progress?.planned ?? 0);
  const delivered = Math.max(report.delivered, progress?.delivered ?? 0);
  // Hours before unique counts existed have none.
  const shown = report.uniqueReceived > 0 ? report.uniqueReceived : received;
  const clicked = report.uniqueClicks > 0 ? report.uniqueClicks : clicks;
  const steps: Step[] = [
    { label: texts.planned, contacts: planned, of: texts.ofPlanned },
    { label: texts.accepted, contacts: delivered, of: texts.ofPlanned },
    { label: texts.shown, contacts: shown, of: texts.ofAccepted, note: texts.receipts(format.number(received)) },
    {
      label: texts.clicked,
      contacts: clicked,
      of: texts.ofShown,
      note: texts.clicksAndDismissals(format.number(clicks), format.number(dismissed)),
    },
  ];
  const widest = Math.max(1, ...steps.map(({ contacts }) => contacts));
  return (
    <section class="card">
      <h2>{texts.funnel}</h2>
      <ol class="funnel">
        {steps.map((step, at) => (
          <FunnelStep key={step.label} step={step} before={steps[at - 1]?.contacts} widest={widest} />
        ))}
      </ol>
    </section>
  );
}

function FunnelStep({ step, before, widest }: { step: Step; before: number | undefined; widest: number }): VNode {
  const format = useFormat();
  const { label, contacts, of, note } = step;
  return (
    <li>
      <span class="funnel-label">{label}</span>
      <span class="funnel-bar" aria-hidden="true">
        {contacts > 0 && <span style={{ width: `${(contacts / widest) * 100}%` }} />}
      </span>
      <span class="funnel-number">{format.number(contacts)}</span>
      <span class="funnel-note muted">
        {[before ? `${format.percent(contacts, before)} ${of}` : '', note ?? ''].filter(Boolean).join(' · ')}
      </span>
    </li>
  );
}
