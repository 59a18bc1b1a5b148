import { warnOf } from '../console.js';
import { toFailure, within } from '../failure.js';

/** Loads the files of PushScript that most pages do not need. */
export interface Parts {
  readonly connection: () => Promise<typeof import('./connection.js')>;
  readonly softPrompt: () => Promise<typeof import('./soft-prompt.js')>;
}

/** Hashes of the files, set by the build: a cached file of another version is not used. */
declare const CONNECTION_VERSION: string;
declare const SOFT_PROMPT_VERSION: string;

/** Returns the parts that the API at this URL serves beside the script. */
export function partsOfApi(apiUrl: string): Parts {
  return {
    connection: () => import(`${apiUrl}/push-script/connection.js?v=${CONNECTION_VERSION}`),
    softPrompt: () => import(`${apiUrl}/push-script/soft-prompt.js?v=${SOFT_PROMPT_VERSION}`),
  };
}

/** Resolves with the part. Throws a Failure when it does not load, or not in time. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await within(load(), 'file-unavailable');
  } catch (error) {
    throw toFailure(error, 'file-unavailable');
  }
}

/** Resolves with the part, or undefined when it does not load; never rejects. */
export async function tryToLoad<T>(load: () => Promise<T>): Promise<T | undefined> {
  try {
    return await loadPart(load);
  } catch (error) {
    warnOf(error);
    return undefined;
  }
}
