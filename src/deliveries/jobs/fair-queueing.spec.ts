import { firstStartTagAfter, toPriority, virtualTime } from './fair-queueing.js';

describe('firstStartTagAfter', () => {
  it.each<[string, number | undefined, number | undefined, number]>([
    ['0 for the first delivery', undefined, undefined, 0],
    ['the tag after the virtual time', 7, 3, 8],
    ['the latest first tag when the queue is empty or Redis is unreachable', undefined, 12, 12],
    ['the latest first tag while a retry with an early tag is served', 2, 900, 900],
  ])('returns %s', (_, served, latest, expected) => {
    expect(firstStartTagAfter(served, latest)).toBe(expected);
  });

  it('serves all batches of a large delivery while small deliveries arrive faster than batches are served', () => {
    const waiting = Array.from({ length: 5 }, (_, number) => ({ startTag: number, isLarge: true }));
    const order: boolean[] = [];
    let latest = 0;
    while (waiting.some(({ isLarge }) => isLarge) && order.length < 100) {
      // Two deliveries arrive for each batch that is served.
      for (const served of [waiting[0]?.startTag, waiting[0]?.startTag]) {
        latest = firstStartTagAfter(served, latest);
        waiting.push({ startTag: latest, isLarge: false });
      }
      waiting.sort((one, other) => one.startTag - other.startTag);
      order.push(waiting.shift()?.isLarge === true);
    }
    expect(order.filter((isLarge) => isLarge)).toHaveLength(5);
  });
});

describe('virtualTime', () => {
  it('returns the highest start tag of active and next jobs, undefined without jobs', () => {
    expect(virtualTime([toPriority(4), toPriority(9)])).toBe(9);
    expect(virtualTime([undefined, toPriority(0)])).toBe(0);
    expect(virtualTime([])).toBeUndefined();
  });
});

describe('toPriority', () => {
  it('grows with the start tag and is never 0, which Bull treats as no priority', () => {
    expect(toPriority(0)).toBe(1);
    expect(toPriority(7)).toBeGreaterThan(toPriority(6));
  });
});
