import { setTimeout as sleep } from 'node:timers/promises';
import type { SendCall } from './stand-in-push-api.js';
import type { StandInResponse } from './stand-in-server.js';

/** Longer than any test waits. */
const FOR_EVER_MS = 600_000;

/**
 * Longer than the lease and the sweep's limit, so the work looks abandoned; shorter than the caller's
 * timeout.
 */
const SLOW_MS = 25_000;

/**
 * Builds the stand-in PushApi's response to a call, with the fault that the call is marked with. Once the
 * response is sent, `call.told` holds the recipients whose result it gave.
 */
export async function faultyResponse(
  call: SendCall,
  items: readonly object[],
  keyOf: (item: object) => string,
): Promise<StandInResponse> {
  const told = (some: readonly object[]): (() => void) => {
    return () => {
      call.respondedMs = Date.now();
      call.told = new Set(some.map(keyOf));
    };
  };
  const respond = (some: readonly object[]): StandInResponse => ({
    status: 200,
    body: { responses: some, successCount: 0, failureCount: 0 },
    onSent: told(some),
  });
  switch (call.fault) {
    case undefined:
      return respond(items);
    case 'status-307':
    case 'status-400':
    case 'status-401':
    case 'status-403':
    case 'status-404':
    case 'status-413':
    case 'status-429':
    case 'status-500':
    case 'status-503':
      return { status: Number(call.fault.slice('status-'.length)), onSent: told([]) };
    case 'status-201':
      return { ...respond(items), status: 201, onSent: told([]) };
    case 'hanging':
      await sleep(FOR_EVER_MS, undefined, { ref: false });
      return respond(items);
    case 'slow':
      await sleep(SLOW_MS, undefined, { ref: false });
      return respond(items);
    case 'no-json':
      return { status: 200, raw: '<html>All is well</html>', onSent: told([]) };
    case 'json-of-another-shape':
      return { status: 200, body: { responses: { 0: { isSuccess: true } }, successCount: 'all' }, onSent: told([]) };
    case 'cut-in-the-middle':
      return { ...respond(items), isCut: true };
    case 'half-of-the-items':
      return respond(items.filter((_, index) => index % 2 === 0));
    case 'contradictory-items':
      return respond([...items, ...items.map(contradiction)]);
    case 'items-in-another-order':
      return respond(items.toReversed());
  }
}

/** The opposite of an item: delivered becomes gone, failed becomes delivered. */
function contradiction(item: object): object {
  const { isSuccess } = item as { isSuccess: boolean };
  if (!isSuccess) return { ...item, isSuccess: true, exception: null };
  const isSubscription = 'subscription' in item;
  return { ...item, isSuccess: false, exception: { messagingErrorCode: isSubscription ? 410 : 6, message: 'Gone' } };
}
