import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Field } from './field.js';

/** Milliseconds without a keystroke after which the text is searched for. */
const TYPING_MS = 300;

interface SearchFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** What is searched for, as the address has it. */
  readonly value: string;
  /** Is called some time after the keystroke: what it merges the text with, it reads then. */
  readonly onSearch: (text: string) => void;
}

/** A field whose text is searched for while it is typed, and which follows the address. */
export function SearchField({ label, hint, value, onSearch }: SearchFieldProps): VNode {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const searched = useRef(value);
  const [text, setText] = useState(value);
  const stop = (): void => {
    clearTimeout(timer.current);
  };
  useEffect(() => stop, []);
  useEffect(() => {
    // What was searched for here comes back in the address, maybe while somebody types on.
    if (value === searched.current) return;
    stop();
    searched.current = value;
    setText(value);
  }, [value]);
  const search = (typed: string): void => {
    searched.current = typed;
    onSearch(typed);
  };
  return (
    <Field label={label} hint={hint}>
      {(attributes) => (
        <input
          {...attributes}
          type="search"
          value={text}
          onInput={({ currentTarget }) => {
            stop();
            setText(currentTarget.value);
            timer.current = setTimeout(search, TYPING_MS, currentTarget.value.trim());
          }}
        />
      )}
    </Field>
  );
}
