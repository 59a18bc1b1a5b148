import { useState } from 'preact/hooks';
import { useTabStorage } from '../../shell/tab-storage.js';
import { type Draft, parseDraft } from './draft.js';

/** A draft and what changes it. */
export interface DraftState {
  readonly draft: Draft;
  readonly change: (changed: Partial<Draft>) => void;
  readonly forget: () => void;
}

/** The draft of a domain, which is kept in the tab whenever it changes. */
export function useDraft(domain: string): DraftState {
  const storage = useTabStorage('Draft', domain);
  const [draft, setDraft] = useState(() => parseDraft(storage.read()));
  return {
    draft,
    change: (changed) => {
      setDraft((former) => {
        const next = { ...former, ...changed };
        storage.keep(JSON.stringify(next));
        return next;
      });
    },
    forget: storage.forget,
  };
}
