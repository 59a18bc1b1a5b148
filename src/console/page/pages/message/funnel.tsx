import type { VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { messageTexts } from './texts.js';

interface FunnelProps {
  /** Undefined while it is being loaded: the numbers have their places already. */
  readonly report: Schema<'MessageReportAnswer'> | undefined;
  /** Of the deliveries that are kept; undefined when there are none. */
  readonly progress: Schema<'ProgressAnswer'> | undefined;
}

interface Step {
  readonly label: string;
  readonly contacts: number | undefined;
  /** What the share of the step before means. */
  readonly of: string;
  readonly note?: string | undefined;
}

/** How many contacts were planned, accepted by their push service, shown it, and have clicked. */
export function Funnel({ report, progress }: FunnelProps): VNode {
  const texts = useTexts(messageTexts);
  const steps = useSteps(report, progress);
  const widest = Math.max(1, ...steps.map(({ contacts = 0 }) => contacts));
  return (
    <section class="card" aria-busy={report === undefined}>
      <h2>{texts.funnel}</h2>
      <ol class="funnel">
        {steps.map((step, at) => (
          <FunnelStep key={step.label} step={step} before={steps[at - 1]?.contacts} widest={widest} />
        ))}
      </ol>
    </section>
  );
}

function useSteps(report: FunnelProps['report'], progress: FunnelProps['progress']): Step[] {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const labels = [
    { label: texts.planned, of: texts.ofPlanned },
    { label: texts.accepted, of: texts.ofPlanned },
    { label: texts.shown, of: texts.ofAccepted },
    { label: texts.clicked, of: texts.ofShown },
  ];
  if (report === undefined) return labels.map((each) => ({ ...each, contacts: undefined }));
  const { received, clicks, dismissed } = report;
  const contacts = [
    // Progress is asked for more often, and has no sends to single visitors of more than a week ago.
    Math.max(report.sent, progress?.planned ?? 0),
    Math.max(report.delivered, progress?.delivered ?? 0),
    // Hours before unique counts existed have none.
    report.uniqueReceived > 0 ? report.uniqueReceived : received,
    report.uniqueClicks > 0 ? report.uniqueClicks : clicks,
  ];
  const notes = [
    undefined,
    undefined,
    texts.receipts(format.number(received)),
    texts.clicksAndDismissals(format.number(clicks), format.number(dismissed)),
  ];
  return labels.map((each, at) => ({ ...each, contacts: contacts[at], note: notes[at] }));
}

function FunnelStep({ step, before, widest }: { step: Step; before: number | undefined; widest: number }): VNode {
  const format = useFormat();
  const { label, contacts, of, note } = step;
  return (
    <li>
      <span class="funnel-label">{label}</span>
      <span class="funnel-bar" aria-hidden="true">
        {contacts !== undefined && contacts > 0 && <span style={{ width: `${(contacts / widest) * 100}%` }} />}
      </span>
      <span class="funnel-number">{contacts === undefined ? '–' : format.number(contacts)}</span>
      <span class="funnel-note muted">
        {[before && contacts !== undefined ? `${format.percent(contacts, before)} ${of}` : '', note ?? '']
          .filter(Boolean)
          .join(' · ')}
      </span>
    </li>
  );
}
