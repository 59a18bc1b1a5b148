import type { TargetedSubmitEvent, VNode } from 'preact';
import type { Schema } from '../../api/api-types.js';
import { type RequestState, useRequest } from '../../api/use-request.js';
import { Field } from '../../components/field.js';
import { Loaded } from '../../components/states.js';
import { useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { useReasonText } from '../message/reason-text.js';
import { causeTexts } from './cause-texts.js';
import { type ContactKey, readText, toQuery } from './contact-key.js';
import { SendPicker } from './send-picker.js';
import { contactTexts } from './texts.js';

type Answer = Schema<'DiagnosisAnswer'>;

interface DiagnosisProps {
  readonly domain: string;
  readonly contact: ContactKey;
  /** Whether several contacts were found, of which none is chosen. */
  readonly isOfAll: boolean;
  /** Empty while none is chosen. */
  readonly messageId: string;
  readonly onChoose: (messageId: string) => void;
}

/** Asks for a message, and says why it did or did not reach the contact. */
export function Diagnosis({ domain, contact, isOfAll, messageId, onChoose }: DiagnosisProps): VNode {
  const texts = useTexts(contactTexts);
  const { api } = useSession();
  const { name, value } = contact;
  const query = { messageId, ...toQuery(contact) };
  const request = useRequest<Answer | undefined>(
    (signal) =>
      messageId === ''
        ? Promise.resolve(undefined)
        : api.get('/domains/{name}/diagnosis', { path: { name: domain }, query }, signal),
    [domain, messageId, name, value],
  );
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onChoose(readText(event.currentTarget, 'messageId'));
  };
  const status = request.problem?.status;
  const error = status === 400 ? texts.notAnId : status === 404 ? texts.noMessage : undefined;
  return (
    <section class="card" aria-labelledby="why">
      <h2 id="why">{texts.why}</h2>
      <form class="contact-search" onSubmit={submit}>
        <SendPicker domain={domain} messageId={messageId} onChoose={onChoose} />
        <Field label={texts.messageId} error={error}>
          {(attributes) => (
            <input {...attributes} key={messageId} name="messageId" defaultValue={messageId} spellcheck={false} />
          )}
        </Field>
        <button type="submit" class="primary">
          {texts.explain}
        </button>
      </form>
      <p class="hint">{isOfAll ? texts.ofAll : texts.messageIdHint}</p>
      <Sentence request={request} isShown={messageId !== '' && error === undefined} />
    </section>
  );
}

const SENTENCE_ID = 'diagnosis';

/** Scrolls to the sentence and gives it the focus, for who has asked for it elsewhere on the page. */
export function showSentence(): void {
  const sentence = document.getElementById(SENTENCE_ID);
  sentence?.scrollIntoView({ block: 'center' });
  sentence?.focus({ preventScroll: true });
}

/** Keeps its place, so that nothing moves when the sentence comes. */
function Sentence({ request, isShown }: { request: RequestState<Answer | undefined>; isShown: boolean }): VNode {
  return (
    <div id={SENTENCE_ID} class="diagnosis" role="status" tabIndex={-1}>
      {isShown && <Loaded request={request}>{(answer) => answer && <Cause answer={answer} />}</Loaded>}
    </div>
  );
}

function Cause({ answer }: { answer: Answer }): VNode {
  const texts = useTexts(contactTexts);
  const causes = useTexts(causeTexts);
  const format = useFormat();
  const describe = useReasonText();
  const { cause, since, until, pushService, reason } = answer;
  const details = [
    [texts.since, since && format.dateTime(since)],
    [texts.until, until && format.dateTime(until)],
    [texts.pushService, pushService],
    [texts.reason, reason && describe(reason)],
  ] as const;
  return (
    <>
      <p class="diagnosis-sentence">{causes[cause]}</p>
      <p class="muted">
        {details.flatMap(([label, value]) => (value === null ? [] : `${label}: ${value}`)).join(' · ')}
      </p>
    </>
  );
}
