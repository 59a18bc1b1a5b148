import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Field } from './field.js';

/** Milliseconds without a keystroke after which the text is searched for. */
const TYPING_MS = 300;

interface SearchFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}

/** A field whose text is searched for while it is typed. */
export function SearchField({ label, hint, value, onSearch }: SearchFieldProps): VNode {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  return (
    <Field label={label} hint={hint}>
      {(attributes) => (
        <input
          {...attributes}
          type="search"
          defaultValue={value}
          onInput={({ currentTarget }) => {
            clearTimeout(timer.current);
            timer.current = setTimeout(onSearch, TYPING_MS, currentTarget.value.trim());
          }}
        />
      )}
    </Field>
  );
}
