export interface NamedAction {
  readonly action?: string | null;
}

/** Returns the name of an action; one without a name gets `action` with its number, from 1. */
export function nameOfAction({ action }: NamedAction, index: number): string {
  return action?.trim() ? action : `action${index + 1}`;
}
