import type { VNode } from 'preact';
import { useTexts } from '../../texts/language.js';
import type { Draft } from './draft.js';
import { CheckInput, SelectInput, TextInput } from './inputs.js';
import type { FormProps } from './message-fields.js';
import { composeTexts } from './texts.js';

type TextName = {
  [N in keyof Draft]: Draft[N] extends string ? N : never;
}[keyof Draft];

/** Under which name the API's errors have these members of `utm`. */
const UTM = {
  utmSource: 'utm.source',
  utmMedium: 'utm.medium',
  utmCampaign: 'utm.campaign',
  utmContent: 'utm.content',
};

/** How a notification is shown, delivered and measured: all of it optional. */
export function OptionFields(props: FormProps): VNode {
  const texts = useTexts(composeTexts).options;
  return (
    <>
      <details class="card" open={hasDelivery(props.draft)}>
        <summary>{texts.deliveryHeading}</summary>
        <DeliveryFields {...props} />
      </details>
      <details class="card">
        <summary>{texts.shownHeading}</summary>
        <ShownFields {...props} />
      </details>
      <details class="card">
        <summary>{texts.utmHeading}</summary>
        {(['utmSource', 'utmMedium', 'utmCampaign', 'utmContent'] as const).map((name) => (
          <OptionText key={name} {...props} name={name} error={props.errors[UTM[name]] ?? props.errors.utm} />
        ))}
      </details>
    </>
  );
}

function hasDelivery({ sendAt, ratePerMinute }: Draft): boolean {
  return sendAt !== '' || ratePerMinute !== '';
}

function DeliveryFields(props: FormProps): VNode {
  const { draft, errors, change } = props;
  const texts = useTexts(composeTexts).options;
  return (
    <div class="columns compose-options">
      <OptionText {...props} name="sendAt" type="datetime-local" />
      <OptionText {...props} name="ratePerMinute" type="number" />
      <SelectInput
        label={texts.names.timeToLiveSeconds}
        error={errors.timeToLiveSeconds}
        value={draft.timeToLiveSeconds}
        choices={texts.timesToLive}
        onValue={(timeToLiveSeconds) => {
          change({ timeToLiveSeconds });
        }}
      />
      <SelectInput
        label={texts.names.urgency}
        error={errors.urgency}
        value={draft.urgency}
        choices={texts.urgencies}
        onValue={(urgency) => {
          change({ urgency });
        }}
      />
      <OptionText {...props} name="topic" />
    </div>
  );
}

function ShownFields(props: FormProps): VNode {
  const { draft, errors, change } = props;
  const texts = useTexts(composeTexts).options;
  return (
    <div class="columns compose-options">
      {(['requireInteraction', 'silent', 'renotify'] as const).map((name) => (
        <CheckInput
          key={name}
          label={texts.flags[name]}
          error={errors[name]}
          isOn={draft[name]}
          onChange={(isOn) => {
            change({ [name]: isOn });
          }}
        />
      ))}
      <OptionText {...props} name="tag" />
      <OptionText {...props} name="vibrate" />
      <OptionText {...props} name="language" />
      <SelectInput
        label={texts.names.direction}
        error={errors.direction}
        value={draft.direction}
        choices={texts.directions}
        onValue={(direction) => {
          change({ direction });
        }}
      />
      <OptionText {...props} name="data" rows={3} />
    </div>
  );
}

interface OptionTextProps extends FormProps {
  readonly name: Extract<TextName, keyof (typeof composeTexts)['en']['options']['names']>;
  readonly type?: 'text' | 'number' | 'datetime-local';
  readonly rows?: number;
  readonly error?: string | undefined;
}

function OptionText({ name, type, rows, draft, errors, error, change }: OptionTextProps): VNode {
  const { names, hints } = useTexts(composeTexts).options;
  const hint: string | undefined = (hints as Readonly<Record<string, string>>)[name];
  return (
    <TextInput
      label={names[name]}
      {...(hint !== undefined && { hint })}
      {...(type !== undefined && { type })}
      {...(rows !== undefined && { rows })}
      value={draft[name]}
      error={error ?? errors[name]}
      onValue={(value) => {
        change({ [name]: value });
      }}
    />
  );
}
