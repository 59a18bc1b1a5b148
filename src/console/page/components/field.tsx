import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';

/** Attributes that tie an input to its label, hint and error. */
interface FieldAttributes {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with the value, shown beside it. */
  readonly error?: string | undefined;
  /** Renders the input with the attributes. */
  readonly children: (attributes: FieldAttributes) => ComponentChildren;
}

/** A field of a form: label, input, hint and error. */
export function Field({ label, hint, error, children }: FieldProps): VNode {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter(Boolean)
    .join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} class="hint bad">
          {error}
        </p>
      )}
    </div>
  );
}
