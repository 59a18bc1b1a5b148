import { useRef } from 'preact/hooks';
import { useRequest } from '../../api/use-request.js';
import { mayDo, useSession } from '../../shell/session.js';
import { useFormat } from '../../texts/format.js';
import { useTexts } from '../../texts/language.js';
import { composeTexts } from './texts.js';

/** To how many contacts a message goes. */
export interface Audience {
  readonly text: string;
  /** The number as it is written; undefined where it is not known. */
  readonly shown: string | undefined;
  readonly count: number | undefined;
}

/** Says to how many contacts a message goes, counted again when the dialog opens. */
export function useAudience(domain: string, isAsking: boolean): Audience {
  const texts = useTexts(composeTexts).send;
  const format = useFormat();
  const session = useSession();
  const mayCount = mayDo(session, 'reports', domain);
  const { data, problem } = useRequest(
    async (signal) =>
      mayCount ? session.api.get('/domains/{name}/stats', { path: { name: domain } }, signal) : undefined,
    [domain, isAsking],
  );
  const latest = useRef<number | undefined>(undefined);
  if (data !== undefined) latest.current = data.contactsStats.active;
  if (latest.current === undefined) {
    if (!mayCount) return { text: texts.mayNotCount, shown: undefined, count: undefined };
    return { text: problem === undefined ? texts.counting : texts.uncounted, shown: undefined, count: undefined };
  }
  const count = latest.current;
  const shown = format.number(count);
  return { text: texts.audience(count, shown), shown, count };
}
