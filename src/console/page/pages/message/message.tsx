import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Schema } from '../../api/api-types.js';
import { Problem } from '../../api/problem.js';
import { type RequestState, useRequest } from '../../api/use-request.js';
import { DomainHeading } from '../../components/domain-heading.js';
import { PageHeading } from '../../components/page-heading.js';
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

/** How often what changes is asked for again, while contacts are sent to and afterwards. */
const EVERY_MS = { progress: 1_000, live: 2_000, ended: 15_000 } as const;

const LIVE_STATES: readonly MessageAnswer['state'][] = ['scheduled', 'planning', 'sending'];

/** What was sent, how far it is, and what came of it. */
export function MessagePage({ variables }: PageProps): VNode {
  const { messageId = '' } = variables;
  const texts = useTexts(messageTexts);
  const { api } = useSession();
  const path = { path: { messageId } };
  const message = useRequest((signal) => api.get('/messages/{messageId}', path, signal), [messageId], EVERY_MS.ended);
  return (
    <>
      {message.data === undefined ? (
        <PageHeading title={texts.title} />
      ) : (
        <DomainHeading domain={message.data.domain} current="messages" title={message.data.title}>
          <StateBadge state={message.data.state} />
        </DomainHeading>
      )}
      <Loaded request={message}>{(data) => <Message message={data} onEnd={message.reload} />}</Loaded>
    </>
  );
}

interface MessageProps {
  readonly message: MessageAnswer;
  /** Is called when its last contact has an outcome. */
  readonly onEnd: () => void;
}

function Message({ message, onEnd }: MessageProps): VNode {
  const { messageId } = message;
  const { api } = useSession();
  const path = { path: { messageId } };
  const progress = useProgress(message);
  const isLive = hasMore(message, progress);
  const everyMs = isLive ? EVERY_MS.live : EVERY_MS.ended;
  const report = useRequest((signal) => api.get('/messages/{messageId}/report', path, signal), [messageId], everyMs);
  const finishedAt = progress.data?.finishedAt;
  useEffect(() => {
    if (finishedAt === undefined || finishedAt === null) return;
    onEnd();
    report.reload();
  }, [finishedAt]);
  return (
    <>
      {progress.data !== undefined && <LiveProgress progress={progress.data} onCancelled={progress.reload} />}
      <Loaded request={report}>{(counts) => <Funnel report={counts} progress={progress.data} />}</Loaded>
      <Outcomes messageId={messageId} domain={message.domain} everyMs={everyMs} />
      <Hours messageId={messageId} everyMs={everyMs} />
      <AskedFor message={message} />
    </>
  );
}

/** A message that was never sent has none, and one to single visitors has none a week after their last. */
function useProgress({ messageId, state }: MessageAnswer): RequestState<Schema<'ProgressAnswer'> | undefined> {
  const { api } = useSession();
  const isLive = LIVE_STATES.includes(state);
  return useRequest(
    async (signal) => {
      if (state === 'stored') return undefined;
      const found = api.get('/messages/{messageId}/progress', { path: { messageId } }, signal);
      return found.catch((error: unknown) => {
        if (error instanceof Problem && error.status === 404) return undefined;
        throw error;
      });
    },
    [messageId, state === 'stored'],
    isLive ? EVERY_MS.progress : EVERY_MS.ended,
  );
}

function hasMore({ state }: MessageAnswer, { data }: RequestState<Schema<'ProgressAnswer'> | undefined>): boolean {
  return data === undefined ? LIVE_STATES.includes(state) : data.finishedAt === null;
}
