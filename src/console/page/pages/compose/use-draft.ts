import { useState } from 'preact/hooks';
import { type Draft, forgetDraft, keepDraft, readDraft } from './draft.js';

/** A draft and what changes it. */
export interface DraftState {
  readonly draft: Draft;
  readonly change: (changed: Partial<Draft>) => void;
  readonly forget: () => void;
}

/** The draft of a domain, which is kept in the tab whenever it changes. */
export function useDraft(domain: string): DraftState {
  const [draft, setDraft] = useState(() => readDraft(domain));
  return {
    draft,
    change: (changed) => {
      setDraft((former) => {
        const next = { ...former, ...changed };
        keepDraft(domain, next);
        return next;
      });
    },
    forget: () => {
      forgetDraft(domain);
    },
  };
}
