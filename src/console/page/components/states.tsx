import type { ComponentChildren, VNode } from 'preact';
import { useProblemText } from '../api/describe-problem.js';
import type { Problem } from '../api/problem.js';
import type { RequestState } from '../api/use-request.js';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';

/** Nothing is there yet; says what to do. */
export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }): VNode {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children !== undefined && <div class="muted">{children}</div>}
    </div>
  );
}

/** A call failed; says why and what to do, with the API's own sentence. */
export function ErrorState({ problem, onRetry }: { problem: Problem; onRetry?: () => void }): VNode {
  const texts = useTexts(commonTexts);
  const describe = useProblemText();
  return (
    <div class="state bad" role="alert">
      <p class="state-title">{describe(problem)}</p>
      {problem.detail !== '' && (
        <p class="muted" lang="en">
          {problem.detail}
        </p>
      )}
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          {texts.tryAgain}
        </button>
      )}
    </div>
  );
}

/** Keeps the place of what is being loaded. */
export function LoadingState(): VNode {
  const texts = useTexts(commonTexts);
  return (
    <div class="state loading">
      <p role="status">{texts.loading}</p>
    </div>
  );
}

interface LoadedProps<T> {
  readonly request: RequestState<T>;
  readonly children: (data: T) => ComponentChildren;
  /** Is shown meanwhile: something as high as the data, so that what is below it stays in its place. */
  readonly placeholder?: ComponentChildren;
}

/** Shows a request's data, or that it is being loaded, or why not; a failed repetition keeps the data. */
export function Loaded<T>({ request, children, placeholder = <LoadingState /> }: LoadedProps<T>): VNode {
  const { data, problem, reload } = request;
  return (
    <>
      {data !== undefined && children(data)}
      {problem !== undefined && (
        <div class={data === undefined ? undefined : 'stale'}>
          <ErrorState problem={problem} onRetry={reload} />
        </div>
      )}
      {data === undefined && problem === undefined && placeholder}
    </>
  );
}
