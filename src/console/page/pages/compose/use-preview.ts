import { useEffect, useRef, useState } from 'preact/hooks';
import type { Schema } from '../../api/api-types.js';
import { useRequest } from '../../api/use-request.js';
import type { Problem } from '../../api/problem.js';
import { useSession } from '../../shell/session.js';
import type { Draft } from './draft.js';
import { isStarted, readMessage } from './message.js';

export type Preview = Schema<'MessagePreviewAnswer'>;

/** How long nothing is typed before the API is asked. */
const PAUSE_MS = 400;

export interface PreviewState {
  /** The latest one; it stays while the next is asked for, so that nothing jumps. */
  readonly preview: Preview | undefined;
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

/** Asks the API for the sizes of a draft, a moment after it was changed. */
export function usePreview(domain: string, draft: Draft): PreviewState {
  const { api } = useSession();
  const { message, faults } = readMessage(draft);
  const isReady = isStarted(draft) && Object.keys(faults).length === 0;
  const asked = usePaused(isReady ? JSON.stringify({ ...message, fields: draft.fields }) : '');
  const { data, problem, reload } = useRequest(async () => {
    if (asked === '') return undefined;
    const body = JSON.parse(asked) as typeof message;
    return api.post('/domains/{name}/message-previews', { path: { name: domain }, body });
  }, [domain, asked]);
  const latest = useRef<Preview | undefined>(undefined);
  if (data !== undefined) latest.current = data;
  return { preview: asked === '' ? undefined : latest.current, problem, reload };
}

/** The value that has not changed for a moment. */
function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setPaused(value);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return paused;
}
