import type { TargetedSubmitEvent, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/problem.js';
import { Field } from '../../components/field.js';
import { PageHeading } from '../../components/page-heading.js';
import { ErrorState } from '../../components/states.js';
import { useTexts } from '../../texts/language.js';
import { signInTexts } from './texts.js';

interface SignInPageProps {
  readonly isChecking: boolean;
  /** Why the last token was not accepted. */
  readonly problem: Problem | undefined;
  /** Whether a session has ended because its token is no longer accepted. */
  readonly hasEnded: boolean;
  readonly onToken: (token: string) => void;
}

/** Asks for a token. */
export function SignInPage({ isChecking, problem, hasEnded, onToken }: SignInPageProps): VNode {
  const texts = useTexts(signInTexts);
  const [isMissing, setMissing] = useState(false);
  const isRefused = problem?.status === 401;
  const error = isMissing ? texts.missing : isRefused ? texts.refused : undefined;
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get('token');
    const token = typeof given === 'string' ? given.trim() : '';
    setMissing(token === '');
    if (token !== '') onToken(token);
  };
  return (
    <div class="narrow">
      <PageHeading title={texts.title} />
      <p class="muted">{hasEnded ? texts.ended : texts.lead}</p>
      {problem !== undefined && !isRefused && <ErrorState problem={problem} />}
      <form class="card" onSubmit={submit}>
        <Field label={texts.token} hint={texts.tokenHint} error={error}>
          {(attributes) => (
            <input
              {...attributes}
              name="token"
              type="password"
              autocomplete="off"
              spellcheck={false}
              placeholder="eyJ…"
            />
          )}
        </Field>
        <button type="submit" class="primary" disabled={isChecking}>
          {isChecking ? texts.checking : texts.submit}
        </button>
      </form>
      <HowTo />
    </div>
  );
}

/** Where tokens come from. */
function HowTo(): VNode {
  const texts = useTexts(signInTexts);
  return (
    <details>
      <summary>{texts.howTo}</summary>
      <ul>
        {[texts.howToDemo, texts.howToToken, texts.howToProduction].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </details>
  );
}
