import type { TargetedSubmitEvent, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Field } from '../../components/field.js';
import { useTexts } from '../../texts/language.js';
import { type ContactKey, KEY_NAMES, readText } from './contact-key.js';
import { contactTexts } from './texts.js';

/** Asks by what, and for what, to search. */
export function SearchForm({ onSearch }: { onSearch: (key: ContactKey) => void }): VNode {
  const texts = useTexts(contactTexts);
  const [isMissing, setMissing] = useState(false);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const value = readText(event.currentTarget, 'value');
    const name = KEY_NAMES.find((each) => each === readText(event.currentTarget, 'name')) ?? 'email';
    setMissing(value === '');
    if (value !== '') onSearch({ name, value });
  };
  return (
    <form class="card contact-search" role="search" onSubmit={submit}>
      <Field label={texts.searchBy}>
        {(attributes) => (
          <select {...attributes} name="name">
            {KEY_NAMES.map((name) => (
              <option key={name} value={name}>
                {texts.keys[name]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={texts.value} error={isMissing ? texts.missing : undefined}>
        {(attributes) => <input {...attributes} name="value" type="text" autocomplete="off" spellcheck={false} />}
      </Field>
      <button type="submit" class="primary">
        {texts.search}
      </button>
    </form>
  );
}
