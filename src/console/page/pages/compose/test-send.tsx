import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Schema } from '../../api/api-types.js';
import { type Problem, toProblem } from '../../api/problem.js';
import { ErrorState } from '../../components/states.js';
import { useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import type { Draft } from './draft.js';
import { type FieldErrors, TextInput } from './inputs.js';
import { readMessage } from './message.js';
import { composeTexts } from './texts.js';

type Answer = Schema<'TestSendAnswer'>;

/** As `_id` of a contact is written; any other text is a device token. */
const CONTACT_ID = /^[0-9a-f]{24}$/;

interface TestSendProps {
  readonly domain: string;
  readonly draft: Draft;
  readonly errors: FieldErrors;
  /** The contact that the page was opened for; '' for none. */
  readonly preset: string;
  readonly isReady: boolean;
  readonly onProblem: (problem: Problem | undefined) => void;
}

/** Sends the draft to one contact, and shows what the push service has answered. */
export function TestSend({ domain, draft, errors, preset, isReady, onProblem }: TestSendProps): VNode {
  const texts = useTexts(composeTexts).test;
  const [contact, setContact] = useState(preset);
  const { send, isBusy, answer, problem } = useTestSend(domain, draft, onProblem);
  return (
    <section class="card" aria-labelledby="compose-test">
      <h2 id="compose-test">{texts.heading}</h2>
      <p class="muted">{texts.lead}</p>
      <TextInput
        label={texts.contact}
        hint={texts.contactHint}
        error={errors.contactId ?? errors.deviceToken}
        value={contact}
        onValue={setContact}
      />
      <button
        type="button"
        disabled={!isReady || isBusy || contact.trim() === ''}
        onClick={() => {
          void send(contact.trim());
        }}
      >
        {isBusy ? texts.sending : texts.send}
      </button>
      <div aria-live="polite">
        {answer !== undefined && <ServiceAnswer answer={answer} />}
        {problem !== undefined && problem.status !== 400 && <ErrorState problem={problem} />}
        {problem?.status === 400 && <p class="bad">{texts.refused}</p>}
      </div>
    </section>
  );
}

interface Test {
  readonly send: (contact: string) => Promise<void>;
  readonly isBusy: boolean;
  readonly answer: Answer | undefined;
  readonly problem: Problem | undefined;
}

function useTestSend(domain: string, draft: Draft, onProblem: TestSendProps['onProblem']): Test {
  const { api } = useSession();
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<Pick<Test, 'answer' | 'problem'>>({ answer: undefined, problem: undefined });
  const send = async (contact: string): Promise<void> => {
    setBusy(true);
    const named = CONTACT_ID.test(contact) ? { contactId: contact } : { deviceToken: contact };
    const body = { ...named, message: readMessage(draft).message, fields: draft.fields };
    const { answer, problem } = await api.post('/domains/{name}/test-sends', { path: { name: domain }, body }).then(
      (sent) => ({ answer: sent, problem: undefined }),
      (error: unknown) => ({ answer: undefined, problem: toProblem(error) }),
    );
    setResult({ answer, problem });
    onProblem(problem);
    setBusy(false);
  };
  return { send, isBusy, ...result };
}

function ServiceAnswer({ answer }: { readonly answer: Answer }): VNode {
  const texts = useTexts(composeTexts).test;
  const format = useFormat();
  const { accepted, pushService, reason, status, body, retryAfter, durationMs } = answer;
  const rows: readonly (readonly [string, string])[] = [
    [texts.rows.pushService, pushService],
    [texts.rows.status, status === null ? texts.unknown : String(status)],
    ...(reason === null ? [] : [[texts.rows.reason, reason] as const]),
    ...(retryAfter === null ? [] : [[texts.rows.retryAfter, retryAfter] as const]),
    [texts.rows.duration, texts.milliseconds(format.number(durationMs))],
  ];
  return (
    <div class="test-answer">
      <p class={accepted ? 'good' : 'bad'}>{accepted ? texts.accepted : texts.notAccepted}</p>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {body !== null && body !== '' && (
        <pre tabIndex={0} aria-label={texts.rows.body}>
          {body}
        </pre>
      )}
    </div>
  );
}
