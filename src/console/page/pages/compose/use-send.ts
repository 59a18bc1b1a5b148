import { useEffect, useRef, useState } from 'preact/hooks';
import { useProblemText } from '../../api/describe-problem.js';
import { type Problem, toProblem } from '../../api/problem.js';
import { useSay } from '../../components/status.js';
import { PATTERNS } from '../../shell/patterns.js';
import { navigate, toFragment } from '../../shell/route.js';
import { useSession } from '../../shell/session.js';
import { useTabStorage } from '../../shell/tab-storage.js';
import { useTexts } from '../../texts/language.js';
import type { Draft } from './draft.js';
import { readMessage } from './message.js';
import { keyFor } from './send-key.js';
import { composeTexts } from './texts.js';

interface SendOptions {
  readonly domain: string;
  readonly draft: Draft;
  readonly onProblem: (problem: Problem | undefined) => void;
  readonly onSent: () => void;
}

interface Send {
  readonly send: () => Promise<void>;
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
}

/**
 * Returns what sends the draft and goes to the message's page. Who has gone to another page meanwhile stays
 * there, and is told how it went.
 */
export function useSend({ domain, draft, onProblem, onSent }: SendOptions): Send {
  const { api } = useSession();
  const storage = useTabStorage('SendKey', domain);
  const say = useSay();
  const describe = useProblemText();
  const texts = useTexts(composeTexts).send;
  const isShown = useIsShown();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const tell = (failed: Problem): void => {
    setProblem(failed);
    onProblem(failed);
    if (!isShown.current) say(`${texts.failedElsewhere(domain)} ${describe(failed)}`, true);
  };
  const send = async (): Promise<void> => {
    setBusy(true);
    const { message } = readMessage(draft);
    const headers = { 'Idempotency-Key': `"${keyFor(storage, JSON.stringify(message))}"` };
    try {
      const path = { domain };
      const { messageId } = await api.post('/messages/domains/{domain}', { path, body: message, headers });
      storage.forget();
      onSent();
      say(texts.sent);
      if (isShown.current) navigate(toFragment(PATTERNS.message, { messageId }));
    } catch (error) {
      tell(toProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return { send, isBusy, problem };
}

/** Whether the page is still the one that is shown. */
function useIsShown(): { readonly current: boolean } {
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  return isShown;
}
