import { ValidateBy } from 'class-validator';
import { type NamedAction, nameOfAction } from './action-names.js';

/** URLs leave such a segment out (RFC 3986, section 5.2.4): a tracking link would end before it. */
const DOT_SEGMENTS: readonly unknown[] = ['.', '..'];

/** Rejects a name of an action that no tracking link can have. */
export function IsSegment(): PropertyDecorator {
  return ValidateBy({
    name: 'isSegment',
    validator: {
      validate: (value) => !DOT_SEGMENTS.includes(value),
      defaultMessage: () => '$property must not be . or .., which URLs leave out',
    },
  });
}

/**
 * Rejects actions whose names differ in case alone: PushApi reads names in any case, and both would get one
 * tracking link. Equal names are one action to everybody, as ever.
 */
export function HaveNamesInOneCase(): PropertyDecorator {
  return ValidateBy({
    name: 'haveNamesInOneCase',
    validator: {
      validate: (value) => !Array.isArray(value) || areInOneCase(value),
      defaultMessage: () => '$property must not have names that differ in case alone',
    },
  });
}

function areInOneCase(actions: readonly unknown[]): boolean {
  const names = actions.filter(isNamed).map(nameOfAction);
  return new Set(names).size === new Set(names.map((name) => name.toLowerCase())).size;
}

/** Anything else is rejected by other rules. */
function isNamed(value: unknown): value is NamedAction {
  if (typeof value !== 'object' || value === null) return false;
  const { action } = value as { readonly action?: unknown };
  return action === undefined || action === null || typeof action === 'string';
}
