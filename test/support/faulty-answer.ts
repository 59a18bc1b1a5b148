import { setTimeout as sleep } from 'node:timers/promises';
import type { SendCall } from './stand-in-push-api.js';
import type { StandInAnswer } from './stand-in-server.js';

/** Longer than any test waits. */
const FOR_EVER_MS = 600_000;

/** Long enough for work to look forgotten, and not too long for the caller. */
const SLOW_MS = 25_000;

/**
 * The answer of a stand-in PushApi to a call, with what is wrong with it; notes in the call, once the answer has left,
 * for whom it told an outcome.
 */
export async function faultyAnswer(
  call: SendCall,
  items: readonly object[],
  keyOf: (item: object) => string,
): Promise<StandInAnswer> {
  const told = (some: readonly object[]): (() => void) => {
    return () => {
      call.answeredMs = Date.now();
      call.told = new Set(some.map(keyOf));
    };
  };
  const answer = (some: readonly object[]): StandInAnswer => ({
    status: 200,
    body: { responses: some, successCount: 0, failureCount: 0 },
    onSent: told(some),
  });
  switch (call.fault) {
    case undefined:
      return answer(items);
    case 'status-500':
      return { status: 500, onSent: told([]) };
    case 'hanging':
      await sleep(FOR_EVER_MS, undefined, { ref: false });
      return answer(items);
    case 'slow':
      await sleep(SLOW_MS, undefined, { ref: false });
      return answer(items);
    case 'no-json':
      return { status: 200, raw: '<html>All is well</html>', onSent: told([]) };
    case 'json-of-another-shape':
      return { status: 200, body: { responses: { 0: { isSuccess: true } }, successCount: 'all' }, onSent: told([]) };
    case 'cut-in-the-middle':
      return { ...answer(items), isCut: true };
    case 'half-of-the-items':
      return answer(items.filter((_, index) => index % 2 === 0));
    case 'contradictory-items':
      return answer([...items, ...items.map(contradiction)]);
    case 'items-in-another-order':
      return answer(items.toReversed());
  }
}

/** The opposite of an item: what was delivered is gone, what failed was delivered. */
function contradiction(item: object): object {
  const { isSuccess } = item as { isSuccess: boolean };
  if (!isSuccess) return { ...item, isSuccess: true, exception: null };
  const isSubscription = 'subscription' in item;
  return { ...item, isSuccess: false, exception: { messagingErrorCode: isSubscription ? 410 : 6, message: 'Gone' } };
}
