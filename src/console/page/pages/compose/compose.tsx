import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/problem.js';
import { DomainHeading } from '../../components/domain-heading.js';
import type { PageProps } from '../../shell/pages.js';
import { useTexts } from '../../texts/language.js';
import { useFieldErrors } from './field-errors.js';
import { type FormProps, MessageFields } from './message-fields.js';
import { isStarted, readMessage } from './message.js';
import { OptionFields } from './option-fields.js';
import { PlaceholderFields } from './placeholder-fields.js';
import { Previews } from './previews.js';
import { SendPanel } from './send-panel.js';
import { Sizes } from './sizes.js';
import { TestSend } from './test-send.js';
import { composeTexts } from './texts.js';
import { useDraft } from './use-draft.js';
import { type PreviewState, usePreview } from './use-preview.js';

/** Writes a message, shows what becomes of it, and sends it. */
export function ComposePage({ variables, query }: PageProps): VNode {
  const domain = variables.domain ?? '';
  const texts = useTexts(composeTexts);
  const { form, state, isReady, setRefused, forget } = useCompose(domain);
  const placeholders = state.preview?.placeholders ?? [];
  const shared = { domain, draft: form.draft, isReady, onProblem: setRefused };
  return (
    <>
      <DomainHeading domain={domain} current="compose" title={texts.title(domain)} />
      <div class="columns compose">
        <div class="compose-column">
          <MessageFields {...form} />
          <PlaceholderFields {...form} placeholders={placeholders} />
          <OptionFields {...form} />
        </div>
        <div class="compose-column">
          <Previews domain={domain} draft={form.draft} />
          <Sizes {...state} />
          <TestSend {...shared} errors={form.errors} preset={query.get('contact') ?? ''} />
          <SendPanel {...shared} hasPlaceholders={placeholders.length > 0} onSent={forget} />
        </div>
      </div>
    </>
  );
}

interface Compose {
  readonly form: FormProps;
  readonly state: PreviewState;
  /** Whether the draft can be sent, as far as is known. */
  readonly isReady: boolean;
  readonly setRefused: (problem: Problem | undefined) => void;
  readonly forget: () => void;
}

function useCompose(domain: string): Compose {
  const { draft, change, forget } = useDraft(domain);
  const state = usePreview(domain, draft);
  // What a test or a send has refused holds until something is changed.
  const [refused, setRefused] = useState<Problem>();
  const toErrors = useFieldErrors();
  const { faults } = readMessage(draft);
  const errors = { ...toErrors({}, refused), ...toErrors(faults, state.problem) };
  const isReady = isStarted(draft) && Object.keys(faults).length === 0 && state.problem?.status !== 400;
  const form: FormProps = {
    draft,
    errors,
    change: (changed) => {
      setRefused(undefined);
      change(changed);
    },
  };
  return { form, state, isReady, setRefused, forget };
}
