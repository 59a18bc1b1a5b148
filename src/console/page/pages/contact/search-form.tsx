import type { TargetedSubmitEvent, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Field } from '../../components/field.js';
import { useTexts } from '../../texts/language.js';
import { type ContactKey, KEY_NAMES, readText } from './contact-key.js';
import { contactTexts } from './texts.js';

interface SearchFormProps {
  /** What was searched for last. */
  readonly searched: ContactKey | undefined;
  readonly onSearch: (key: ContactKey) => void;
}

/** Asks by what, and for what, to search. */
export function SearchForm({ searched, onSearch }: SearchFormProps): VNode {
  const texts = useTexts(contactTexts);
  const [isMissing, setMissing] = useState(false);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const key = readKey(event.currentTarget);
    setMissing(key.value === '');
    if (key.value !== '') onSearch(key);
  };
  return (
    <form class="card contact-search" role="search" onSubmit={submit}>
      <Field label={texts.searchBy}>
        {(attributes) => (
          <select {...attributes} name="name">
            {KEY_NAMES.map((name) => (
              <option key={name} value={name} selected={name === searched?.name}>
                {texts.keys[name]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={texts.value} error={isMissing ? texts.missing : undefined}>
        {(attributes) => (
          <input
            {...attributes}
            name="value"
            type="text"
            autocomplete="off"
            spellcheck={false}
            defaultValue={searched?.value ?? ''}
          />
        )}
      </Field>
      <button type="submit" class="primary">
        {texts.search}
      </button>
    </form>
  );
}

function readKey(form: HTMLFormElement): ContactKey {
  const given = readText(form, 'name');
  return { name: KEY_NAMES.find((name) => name === given) ?? 'email', value: readText(form, 'value') };
}
