import type { TargetedSubmitEvent, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type Problem, toProblem } from '../../api/problem.js';
import { Dialog } from '../../components/dialog.js';
import { Field } from '../../components/field.js';
import { ErrorState } from '../../components/states.js';
import { useSay } from '../../components/status.js';
import { PATTERNS } from '../../shell/patterns.js';
import { navigate, toFragment } from '../../shell/route.js';
import { useSession } from '../../shell/session.js';
import { commonTexts } from '../../texts/common.js';
import { useTexts } from '../../texts/language.js';
import { setFeature } from './set-feature.js';
import { domainsTexts } from './texts.js';

/** Switches the push feature of a new domain on, and goes to it. */
export function AddDomain(): VNode {
  const texts = useTexts(domainsTexts);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="primary"
        onClick={() => {
          setOpen(true);
        }}
      >
        {texts.add}
      </button>
      {isOpen && (
        <AddDialog
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function AddDialog({ onClose }: { onClose: () => void }): VNode {
  const texts = useTexts(domainsTexts);
  const { cancel } = useTexts(commonTexts);
  const { submit, isMissing, isBusy, problem } = useAdding();
  const error = isMissing ? texts.nameMissing : problem?.errors.name?.[0];
  return (
    <Dialog title={texts.add} onClose={onClose}>
      <p class="muted">{texts.addHint}</p>
      <form class="card plain" onSubmit={submit}>
        <Field label={texts.name} hint={texts.nameHint} error={error}>
          {(attributes) => (
            <input {...attributes} name="domain" autocomplete="off" spellcheck={false} maxLength={253} />
          )}
        </Field>
        {problem !== undefined && <ErrorState problem={problem} />}
        <div class="actions">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" class="primary" disabled={isBusy}>
            {texts.add}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface Adding {
  readonly submit: (event: TargetedSubmitEvent<HTMLFormElement>) => void;
  readonly isMissing: boolean;
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
}

function useAdding(): Adding {
  const texts = useTexts(domainsTexts);
  const { api } = useSession();
  const say = useSay();
  const [isMissing, setMissing] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const add = async (domain: string): Promise<void> => {
    setBusy(true);
    try {
      await setFeature(api, domain, true);
      say(texts.added(domain));
      navigate(toFragment(PATTERNS.domain, { domain }));
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get('domain');
    const domain = typeof given === 'string' ? given.trim() : '';
    setMissing(domain === '');
    if (domain !== '') void add(domain);
  };
  return { submit, isMissing, isBusy, problem };
}
