import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Schema } from '../../api/api-types.js';
import { Problem } from '../../api/problem.js';
import { type RequestState, useRequest } from '../../api/use-request.js';
import { DomainHeading } from '../../components/domain-heading.js';
import { Loaded } from '../../components/states.js';
import type { PageProps } from '../../shell/pages.js';
import { useSession } from '../../shell/session.js';
import { useTexts } from '../../texts/language.js';
import { StateBadge } from '../messages/message-columns.js';
import { AskedFor } from './asked-for.js';
import { Funnel } from './funnel.js';
import { Hours } from './hours.js';
import { LiveProgress } from './live-progress.js';
import { Outcomes } from './outcomes.js';
import { messageTexts } from './texts.js';

type MessageAnswer = Schema<'MessageAnswer'>;

/**
 * How often what changes is asked for again. A scheduled message is looked at as an ended one: within this
 * time of its begin it is seen to be sent.
 */
const EVERY_MS = { progress: 1_000, live: 2_000, idle: 15_000 } as const;

const LIVE_STATES: readonly MessageAnswer['state'][] = ['planning', 'sending'];

type Progress = Schema<'ProgressAnswer'>;

/** What was sent, how far it is, and what came of it. */
export function MessagePage({ variables }: PageProps): VNode {
  const { messageId = '' } = variables;
  const texts = useTexts(messageTexts);
  const { api } = useSession();
  const path = { path: { messageId } };
  const message = useRequest((signal) => api.get('/messages/{messageId}', path, signal), [messageId], EVERY_MS.idle);
  const progress = useProgress(messageId, message.data?.state);
  // Nothing below is shown before both are known, so that neither moves the other.
  const shown = {
    ...message,
    data: progress.data === undefined ? undefined : message.data,
    problem: message.problem ?? progress.problem,
    reload: (): void => {
      message.reload();
      progress.reload();
    },
  };
  const { title = texts.title, state = 'stored', domain } = message.data ?? {};
  return (
    <>
      <DomainHeading domain={domain} current="messages" title={title}>
        <span class={message.data === undefined ? 'unknown' : undefined}>
          <StateBadge state={state} />
        </span>
      </DomainHeading>
      <Loaded request={shown}>{(data) => <Message message={data} progress={progress} onEnd={message.reload} />}</Loaded>
    </>
  );
}

interface MessageProps {
  readonly message: MessageAnswer;
  readonly progress: RequestState<KnownProgress>;
  /** Is called when its last contact has an outcome. */
  readonly onEnd: () => void;
}

function Message({ message, progress, onEnd }: MessageProps): VNode {
  const { messageId, state } = message;
  const { api } = useSession();
  const path = { path: { messageId } };
  const known = progress.data?.progress;
  const everyMs = isBeingSent(state, known) ? EVERY_MS.live : EVERY_MS.idle;
  const report = useRequest((signal) => api.get('/messages/{messageId}/report', path, signal), [messageId], everyMs);
  const finishedAt = known?.finishedAt;
  useEffect(() => {
    if (finishedAt === undefined || finishedAt === null) return;
    onEnd();
    report.reload();
  }, [finishedAt]);
  return (
    <>
      {known !== undefined && <LiveProgress progress={known} onCancelled={progress.reload} />}
      <Loaded request={report} placeholder={<Funnel report={undefined} progress={known} />}>
        {(counts) => <Funnel report={counts} progress={known} />}
      </Loaded>
      <Outcomes messageId={messageId} domain={message.domain} everyMs={everyMs} />
      <Hours messageId={messageId} everyMs={everyMs} />
      <AskedFor message={message} />
    </>
  );
}

/** Undefined of a message that was never sent, or to single visitors and more than a week ago. */
interface KnownProgress {
  readonly progress: Progress | undefined;
}

function useProgress(messageId: string, state: MessageAnswer['state'] | undefined): RequestState<KnownProgress> {
  const { api } = useSession();
  const isLive = state !== undefined && LIVE_STATES.includes(state);
  return useRequest(
    async (signal) => {
      const found = api.get('/messages/{messageId}/progress', { path: { messageId } }, signal);
      return found.then(
        (progress) => ({ progress }),
        (error: unknown) => {
          if (error instanceof Problem && error.status === 404) return { progress: undefined };
          throw error;
        },
      );
    },
    [messageId],
    isLive ? EVERY_MS.progress : EVERY_MS.idle,
  );
}

function isBeingSent(state: MessageAnswer['state'], progress: Progress | undefined): boolean {
  if (state === 'scheduled' || progress === undefined) return LIVE_STATES.includes(state);
  return progress.finishedAt === null;
}
