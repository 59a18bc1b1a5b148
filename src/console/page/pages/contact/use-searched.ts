import { useState } from 'preact/hooks';
import { useTabStorage } from '../../shell/tab-storage.js';
import { type ContactKey, KEY_NAMES } from './contact-key.js';

interface Searched {
  /** Undefined before the first search of this tab. */
  readonly searched: ContactKey | undefined;
  readonly search: (key: ContactKey) => void;
}

/** What was searched for last in a domain; it outlives a reload of the page, and the end of a token. */
export function useSearched(domain: string): Searched {
  const storage = useTabStorage('Search', domain);
  const [searched, setSearched] = useState(() => parseKey(storage.read()));
  const search = (key: ContactKey): void => {
    storage.keep(JSON.stringify(key));
    setSearched(key);
  };
  return { searched, search };
}

function parseKey(text = '{}'): ContactKey | undefined {
  try {
    const { name, value } = JSON.parse(text) as Partial<ContactKey>;
    const known = KEY_NAMES.find((each) => each === name);
    return known === undefined || value === undefined ? undefined : { name: known, value };
  } catch {
    return undefined;
  }
}
