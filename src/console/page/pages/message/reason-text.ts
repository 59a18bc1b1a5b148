import { useTexts } from '../../texts/language.js';
import { reasonTexts } from './reason-texts.js';

/** Returns what says why contacts wait, or were not delivered to; an unknown word stays as it is. */
export function useReasonText(): (reason: string) => string {
  const texts: Readonly<Record<string, string>> = useTexts(reasonTexts);
  return (reason) => {
    const text = texts[reason];
    return text === undefined ? reason : `${text} (${reason})`;
  };
}
