import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/problem.js';
import { ConfirmDialog } from '../../components/dialog.js';
import { ErrorState } from '../../components/states.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import type { Draft } from './draft.js';
import { composeTexts } from './texts.js';
import { type Audience, useAudience } from './use-audience.js';
import { useSend } from './use-send.js';

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
  const { send, isBusy, problem } = useSend({ domain, draft, onProblem, onSent });
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
      isDisabled={audience.count === 0 && draft.sendAt === ''}
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
