import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Problem, toProblem } from '../../api/problem.js';
import { useRequest } from '../../api/use-request.js';
import { ConfirmDialog } from '../../components/dialog.js';
import { ErrorState } from '../../components/states.js';
import { useSay } from '../../components/status.js';
import { PATTERNS } from '../../shell/patterns.js';
import { navigate, toFragment } from '../../shell/route.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import type { Draft } from './draft.js';
import { readMessage } from './message.js';
import { forgetKey, keyFor } from './send-key.js';
import { composeTexts } from './texts.js';

interface SendPanelProps {
  readonly domain: string;
  readonly draft: Draft;
  readonly isReady: boolean;
  readonly hasPlaceholders: boolean;
  readonly onProblem: (problem: Problem | undefined) => void;
  readonly onSent: () => void;
}

/** Counts who gets the message, asks, and sends it. */
export function SendPanel({ domain, draft, isReady, hasPlaceholders, onProblem, onSent }: SendPanelProps): VNode {
  const texts = useTexts(composeTexts).send;
  const [isAsking, setAsking] = useState(false);
  const close = (): void => {
    setAsking(false);
  };
  const audience = useAudience(domain, isAsking);
  const { send, isBusy, problem } = useSend(domain, draft, onProblem, onSent);
  return (
    <section class="card" aria-labelledby="compose-send">
      <h2 id="compose-send">{texts.heading}</h2>
      <p>{audience.text}</p>
      {hasPlaceholders && <p class="warn">{texts.placeholdersStay}</p>}
      {problem !== undefined &&
        (problem.status === 400 ? <p class="bad">{texts.refused}</p> : <ErrorState problem={problem} />)}
      <button
        type="button"
        class="primary"
        disabled={!isReady}
        onClick={() => {
          setAsking(true);
        }}
      >
        {draft.sendAt === '' ? texts.send : texts.schedule}
      </button>
      {isAsking && (
        <SendDialog
          domain={domain}
          draft={draft}
          audience={audience}
          isBusy={isBusy}
          onClose={close}
          onConfirm={() => void send().finally(close)}
        />
      )}
    </section>
  );
}

interface SendDialogProps extends Pick<SendPanelProps, 'domain' | 'draft'> {
  readonly audience: Audience;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Asks once more, with the number of contacts. */
function SendDialog({ domain, draft, audience, isBusy, onClose, onConfirm }: SendDialogProps): VNode {
  const texts = useTexts(composeTexts).send;
  const format = useFormat();
  return (
    <ConfirmDialog
      title={texts.confirmTitle(domain)}
      action={isBusy ? texts.sending : texts.confirm(audience.shown)}
      isBusy={isBusy}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      <p>{audience.text}</p>
      <p>
        <strong>{draft.title}</strong>
      </p>
      {draft.sendAt !== '' && <p>{texts.at(format.dateTime(draft.sendAt))}</p>}
    </ConfirmDialog>
  );
}

interface Audience {
  readonly text: string;
  /** The number as it is written; undefined where it is not known. */
  readonly shown: string | undefined;
}

/** Says to how many contacts a message goes, counted again when the dialog opens. */
function useAudience(domain: string, isAsking: boolean): Audience {
  const texts = useTexts(composeTexts).send;
  const format = useFormat();
  const session = useSession();
  const mayCount = mayDo(session, 'reports', domain);
  const { data, problem } = useRequest(
    async (signal) =>
      mayCount ? session.api.get('/domains/{name}/stats', { path: { name: domain } }, signal) : undefined,
    [domain, isAsking],
  );
  const latest = useRef<number | undefined>(undefined);
  if (data !== undefined) latest.current = data.contactsStats.active;
  if (latest.current === undefined) {
    if (!mayCount) return { text: texts.mayNotCount, shown: undefined };
    return { text: problem === undefined ? texts.counting : texts.uncounted, shown: undefined };
  }
  const shown = format.number(latest.current);
  return { text: texts.audience(latest.current, shown), shown };
}

interface Send {
  readonly send: () => Promise<void>;
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
}

function useSend(
  domain: string,
  draft: Draft,
  onProblem: SendPanelProps['onProblem'],
  onSent: SendPanelProps['onSent'],
): Send {
  const { api } = useSession();
  const say = useSay();
  const texts = useTexts(composeTexts).send;
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const tell = (failed: Problem | undefined): void => {
    setProblem(failed);
    onProblem(failed);
  };
  const send = async (): Promise<void> => {
    setBusy(true);
    const { message } = readMessage(draft);
    const headers = { 'Idempotency-Key': `"${keyFor(domain, JSON.stringify(message))}"` };
    try {
      const path = { domain };
      const { messageId } = await api.post('/messages/domains/{domain}', { path, body: message, headers });
      forgetKey(domain);
      onSent();
      say(texts.sent);
      navigate(toFragment(PATTERNS.message, { messageId }));
    } catch (error) {
      tell(toProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return { send, isBusy, problem };
}
