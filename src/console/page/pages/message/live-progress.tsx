import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Schema } from '../../api/api-types.js';
import { ProgressBar } from '../../components/progress-bar.js';
import { StatTiles } from '../../components/stat-tiles.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { CancelSending } from './cancel-sending.js';
import { useReasonText } from './reason-text.js';
import { addSample, estimateSecondsLeft, measureSpeed, type Sample } from './speed.js';
import { messageTexts } from './texts.js';

type Progress = Schema<'ProgressAnswer'>;

interface LiveProgressProps {
  readonly progress: Progress;
  readonly onCancelled: () => void;
}

/** How far sending has come, how fast it is, and how long it still takes. */
export function LiveProgress({ progress, onCancelled }: LiveProgressProps): VNode {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const { planned, pending } = progress;
  const settled = planned - pending;
  const isBegun = planned > 0 || progress.finishedAt !== null;
  const summary = isBegun ? texts.settledOf(format.number(settled), format.number(planned)) : texts.notBegun;
  return (
    <section class="card">
      <div class="card-heading">
        <h2>{texts.progress}</h2>
        {progress.finishedAt === null && <CancelSending progress={progress} onCancelled={onCancelled} />}
      </div>
      <ProgressBar done={settled} total={planned} label={summary} />
      <p>{summary}</p>
      {progress.finishedAt === null ? <Running progress={progress} /> : <Ended progress={progress} />}
    </section>
  );
}

function Running({ progress }: { progress: Progress }): VNode {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const speed = useSpeed(progress);
  const secondsLeft = estimateSecondsLeft(progress.pending, speed);
  const { sendAt } = progress;
  return (
    <>
      <StatTiles
        tiles={[
          { label: texts.perSecond, value: speed === undefined ? '–' : format.number(Math.round(speed)) },
          { label: texts.timeLeft, value: secondsLeft === undefined ? '–' : format.duration(secondsLeft) },
          { label: texts.pending, value: format.number(progress.pending) },
          { label: texts.begin, value: format.shortDateTime(Date.parse(sendAt ?? progress.startedAt)) },
        ]}
      />
      <Waiting progress={progress} />
    </>
  );
}

/** What pending contacts wait for; it keeps its place while that changes. */
function Waiting({ progress: { waitingFor = [], nextAttemptAt } }: { progress: Progress }): VNode {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const describe = useReasonText();
  return (
    <div class="waiting">
      <h3>{texts.waitingFor}</h3>
      <ul>
        {waitingFor.map(({ pushService, status, reason, contacts }) => (
          <li key={`${pushService ?? ''} ${status ?? ''} ${reason}`}>
            {texts.waits(contacts === 0 ? null : format.number(contacts), describe(reason), pushService)}
          </li>
        ))}
        {nextAttemptAt && <li>{texts.nextAttempt(format.dateTime(nextAttemptAt))}</li>}
      </ul>
    </div>
  );
}

function Ended({ progress }: { progress: Progress }): VNode {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const { startedAt, finishedAt, delivered, notDelivered } = progress;
  const [beginMs, endMs] = [Date.parse(startedAt), Date.parse(finishedAt ?? startedAt)];
  const seconds = (endMs - beginMs) / 1_000;
  const speed = (delivered + notDelivered) / Math.max(1, seconds);
  return (
    <StatTiles
      tiles={[
        { label: texts.meanPerSecond, value: format.number(Math.round(speed)) },
        { label: texts.took, value: format.duration(seconds) },
        { label: texts.begin, value: format.shortDateTime(beginMs) },
        { label: texts.end, value: format.shortDateTime(endMs) },
      ]}
    />
  );
}

/** Contacts per second, of what this page has seen. */
function useSpeed({ planned, pending }: Progress): number | undefined {
  const samples = useRef<readonly Sample[]>([]);
  const atMs = Date.now();
  samples.current = addSample(samples.current, { atMs, settled: planned - pending });
  return measureSpeed(samples.current);
}
