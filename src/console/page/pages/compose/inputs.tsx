import type { VNode } from 'preact';
import { Field } from '../../components/field.js';

/** What is wrong with the fields, by the name of the property. */
export type FieldErrors = Readonly<Record<string, string | undefined>>;

interface TextInputProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'text' | 'url' | 'number' | 'datetime-local';
  /** Lines of a longer text. */
  readonly rows?: number;
  readonly maxLength?: number;
}

/** A text of a draft with its label, hint and error. */
export function TextInput(props: TextInputProps): VNode {
  const { label, hint, error, value, onValue, type = 'text', rows, maxLength } = props;
  // Preact's types have a shape for each type of input; these are alike.
  const typed = { type } as { readonly type: 'text' };
  const onInput = (event: { currentTarget: { value: string } }): void => {
    onValue(event.currentTarget.value);
  };
  return (
    <Field label={label} error={error} {...(hint !== undefined && { hint })}>
      {(attributes) =>
        rows === undefined ? (
          <input {...attributes} {...typed} value={value} maxLength={maxLength} onInput={onInput} />
        ) : (
          <textarea {...attributes} rows={rows} value={value} maxLength={maxLength} onInput={onInput} />
        )
      }
    </Field>
  );
}

interface SelectInputProps {
  readonly label: string;
  readonly error?: string | undefined;
  readonly value: string;
  readonly choices: Readonly<Record<string, string>>;
  readonly onValue: (value: string) => void;
}

/** A choice of a draft; the value '' is the API's default. */
export function SelectInput({ label, error, value, choices, onValue }: SelectInputProps): VNode {
  return (
    <Field label={label} error={error}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          onChange={({ currentTarget }) => {
            onValue(currentTarget.value);
          }}
        >
          {Object.entries(choices).map(([choice, name]) => (
            <option key={choice} value={choice}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckInputProps {
  readonly label: string;
  readonly error?: string | undefined;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** A switch of a draft. */
export function CheckInput({ label, error, isOn, onChange }: CheckInputProps): VNode {
  return (
    <div>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ currentTarget }) => {
            onChange(currentTarget.checked);
          }}
        />
        {label}
      </label>
      {error !== undefined && <p class="hint bad">{error}</p>}
    </div>
  );
}
