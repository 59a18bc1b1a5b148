import type { VNode } from 'preact';
import { useTexts } from '../../texts/language.js';
import { type Draft, type DraftAction, EMPTY_ACTION } from './draft.js';
import { CheckInput, type FieldErrors, TextInput } from './inputs.js';
import { composeTexts } from './texts.js';

/** Most actions that a message may have; browsers show two. */
const MAX_ACTIONS = 50;

export interface FormProps {
  readonly draft: Draft;
  readonly errors: FieldErrors;
  readonly change: (changed: Partial<Draft>) => void;
}

/** What is shown of a message, and what it opens. */
export function MessageFields(props: FormProps): VNode {
  const { draft, errors, change } = props;
  const { message: texts } = useTexts(composeTexts);
  return (
    <section class="card" aria-labelledby="compose-message">
      <h2 id="compose-message">{texts.heading}</h2>
      <TextInput
        label={texts.title}
        hint={texts.placeholderHint}
        maxLength={1_024}
        value={draft.title}
        error={errors.title}
        onValue={(title) => {
          change({ title });
        }}
      />
      <TextInput
        label={texts.body}
        rows={4}
        maxLength={8_192}
        value={draft.body}
        error={errors.body}
        onValue={(body) => {
          change({ body });
        }}
      />
      <LinkFields {...props} />
      <ActionFields {...props} />
    </section>
  );
}

function LinkFields({ draft, errors, change }: FormProps): VNode {
  const { message: texts } = useTexts(composeTexts);
  const link = (name: 'onClickLink' | 'imageUrl' | 'iconUrl' | 'badgeUrl', hint?: string): VNode => (
    <TextInput
      label={texts[name]}
      {...(hint !== undefined && { hint })}
      type="url"
      value={draft[name]}
      error={errors[name]}
      onValue={(value) => {
        change({ [name]: value });
      }}
    />
  );
  return (
    <>
      {link('onClickLink')}
      {link('imageUrl')}
      {draft.imageUrl !== '' && (
        <CheckInput
          label={texts.preferLargeImage}
          isOn={draft.preferLargeImage}
          onChange={(preferLargeImage) => {
            change({ preferLargeImage });
          }}
        />
      )}
      {link('iconUrl')}
      {link('badgeUrl', texts.badgeHint)}
    </>
  );
}

interface ActionFieldsetProps extends FormProps {
  readonly action: DraftAction;
  /** Its place, from 0. */
  readonly at: number;
}

function ActionFieldset({ action, at, draft, errors, change }: ActionFieldsetProps): VNode {
  const { message: texts } = useTexts(composeTexts);
  const changeThis = (changed: Partial<DraftAction>): void => {
    change({ actions: draft.actions.map((each, index) => (index === at ? { ...each, ...changed } : each)) });
  };
  return (
    <fieldset class="compose-action">
      <legend>{texts.action(at + 1)}</legend>
      {(['title', 'link', 'icon'] as const).map((name) => (
        <TextInput
          key={name}
          label={texts.actionParts[name]}
          type={name === 'title' ? 'text' : 'url'}
          value={action[name]}
          error={errors[`actions.${at}.${name}`]}
          onValue={(value) => {
            changeThis({ [name]: value });
          }}
        />
      ))}
      <button
        type="button"
        onClick={() => {
          change({ actions: draft.actions.filter((_, index) => index !== at) });
        }}
      >
        {texts.removeAction(at + 1)}
      </button>
    </fieldset>
  );
}

function ActionFields(props: FormProps): VNode {
  const { message: texts } = useTexts(composeTexts);
  const { actions } = props.draft;
  return (
    <>
      {actions.map((action, at) => (
        <ActionFieldset key={at} {...props} action={action} at={at} />
      ))}
      <button
        type="button"
        disabled={actions.length >= MAX_ACTIONS}
        onClick={() => {
          props.change({ actions: [...actions, EMPTY_ACTION] });
        }}
      >
        {texts.addAction}
      </button>
    </>
  );
}
