import type { WaitReason } from '../ledger/batch.js';
import type { Outcome } from './outcome.js';

/** Reasons that are stored with a batch; the rarest of more share one. */
const MAX_REASONS = 8;

/** Why recipients with these outcomes wait for another attempt; nothing for those that were not tried. */
export function countWaitReasons(outcomes: readonly Outcome[]): WaitReason[] {
  const reasons = new Map<string, WaitReason>();
  for (const outcome of outcomes) {
    const reason = findReason(outcome);
    if (reason === undefined) continue;
    const key = `${reason.service} ${reason.status} ${reason.code}`;
    reasons.set(key, { ...reason, contacts: (reasons.get(key)?.contacts ?? 0) + 1 });
  }
  const [kept, rest] = partition([...reasons.values()].sort((one, other) => other.contacts - one.contacts));
  const contacts = rest.reduce((sum, reason) => sum + reason.contacts, 0);
  return contacts === 0 ? kept : [...kept, { service: null, status: null, code: 'other', contacts }];
}

function partition(reasons: readonly WaitReason[]): [WaitReason[], WaitReason[]] {
  if (reasons.length <= MAX_REASONS) return [[...reasons], []];
  return [reasons.slice(0, MAX_REASONS - 1), reasons.slice(MAX_REASONS - 1)];
}

function findReason(outcome: Outcome): Omit<WaitReason, 'contacts'> | undefined {
  switch (outcome.kind) {
    case 'temporary':
    case 'unknown':
      return outcome.reason;
    case 'throttled':
      return { service: outcome.service, status: null, code: outcome.code };
    case 'delivered':
    case 'gone':
    case 'refused':
    case 'expired':
    case 'unsent':
      return undefined;
  }
}
