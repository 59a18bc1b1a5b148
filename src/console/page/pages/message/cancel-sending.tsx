import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useProblemText } from '../../api/describe-problem.js';
import { toProblem } from '../../api/problem.js';
import type { Schema } from '../../api/api-types.js';
import { ConfirmDialog } from '../../components/dialog.js';
import { useFocusAfterwards } from '../../components/focus.js';
import { useSay } from '../../components/status.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { messageTexts } from './texts.js';

interface CancelSendingProps {
  readonly progress: Schema<'ProgressAnswer'>;
  readonly onCancelled: () => void;
}

/** Cancels what is still pending, once that is confirmed; nothing for who may not send. */
export function CancelSending({ progress, onCancelled }: CancelSendingProps): VNode | null {
  const texts = useTexts(messageTexts);
  const format = useFormat();
  const session = useSession();
  const [isAsking, setAsking] = useState(false);
  const focusAfterwards = useFocusAfterwards();
  const { domain, pending, planned, state } = progress;
  const close = (): void => {
    setAsking(false);
  };
  const { isBusy, cancel } = useCancel(progress.messageId, onCancelled, close);
  if (state === 'cancelled' || !mayDo(session, 'send', domain)) return null;
  const ask = (): void => {
    setAsking(true);
  };
  return (
    <>
      <button ref={focusAfterwards} type="button" class="danger" onClick={ask}>
        {texts.cancelSending}
      </button>
      {isAsking && (
        <ConfirmDialog
          title={texts.cancelTitle}
          action={texts.cancelSending}
          isBusy={isBusy}
          onConfirm={cancel}
          onClose={close}
        >
          <p>
            {planned === 0
              ? texts.cancelNotBegunText
              : texts.cancelText(format.number(pending), format.number(planned - pending))}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

/** Returns what cancels, and says how that went. */
function useCancel(
  messageId: string,
  onCancelled: () => void,
  onEnd: () => void,
): { readonly isBusy: boolean; readonly cancel: () => void } {
  const texts = useTexts(messageTexts);
  const { api } = useSession();
  const say = useSay();
  const describe = useProblemText();
  const [isBusy, setBusy] = useState(false);
  const cancel = async (): Promise<void> => {
    setBusy(true);
    try {
      await api.delete('/messages/{messageId}/delivery', { path: { messageId } });
      say(texts.cancelled);
      onCancelled();
    } catch (error) {
      say(describe(toProblem(error)), true);
    } finally {
      setBusy(false);
      onEnd();
    }
  };
  return { isBusy, cancel: () => void cancel() };
}
