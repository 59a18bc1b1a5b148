import type { VNode } from 'preact';
import { useTexts } from '../../texts/language.js';
import { TextInput } from './inputs.js';
import type { FormProps } from './message-fields.js';
import { composeTexts } from './texts.js';
import type { Preview } from './use-preview.js';

interface PlaceholderFieldsProps extends FormProps {
  readonly placeholders: Preview['placeholders'];
}

/** Example values of the message's placeholders, for previews and the test. */
export function PlaceholderFields({ placeholders, draft, errors, change }: PlaceholderFieldsProps): VNode | null {
  const texts = useTexts(composeTexts).placeholders;
  if (placeholders.length === 0) return null;
  return (
    <section class="card" aria-labelledby="compose-placeholders">
      <h2 id="compose-placeholders">{texts.heading}</h2>
      <p class="muted">{texts.lead}</p>
      {placeholders.map(({ name, places }) => {
        const key = name.toLowerCase();
        return (
          <TextInput
            key={key}
            label={name}
            hint={texts.places(places.map((place) => texts.placeNames[place]).join(', '))}
            maxLength={2_048}
            value={draft.fields[key] ?? ''}
            error={errors[`fields.${key}`] ?? errors.fields}
            onValue={(value) => {
              const others = Object.entries(draft.fields).filter(([other]) => other !== key);
              change({ fields: Object.fromEntries(value === '' ? others : [...others, [key, value]]) });
            }}
          />
        );
      })}
    </section>
  );
}
