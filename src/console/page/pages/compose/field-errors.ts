import type { Problem } from '../../api/problem.js';
import { useTexts } from '../../texts/language.js';
import type { FieldErrors } from './inputs.js';
import type { DraftFault } from './message.js';
import { composeTexts } from './texts.js';

/** Returns what puts the errors of a draft, and of a refused body, beside their fields. */
export function useFieldErrors(): (
  faults: Readonly<Record<string, DraftFault>>,
  problem: Problem | undefined,
) => FieldErrors {
  const { errors } = useTexts(composeTexts);
  return (faults, problem) => {
    const refused = Object.entries(problem?.errors ?? {}).map(([name, messages]) => {
      // A test send has the message in a member of its own.
      return [name.replace(/^message\./, ''), translate(messages[0] ?? '', errors)] as const;
    });
    const own = Object.entries(faults).map(([name, fault]) => [name, errors[fault]] as const);
    return Object.fromEntries([...refused, ...own]);
  };
}

/** The API's sentence begins with the name of the property, which the field's label says. */
function translate(message: string, errors: (typeof composeTexts)['en']['errors']): string {
  if (message.includes('must not be blank')) return errors.blank;
  if (message.includes('absolute https URL')) return errors.notHttps;
  if (message.includes('no active contact')) return errors.noContact;
  return message;
}
