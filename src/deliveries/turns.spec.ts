import { firstTurnAfter, priorityOf, servedTurn } from './turns.js';

describe('firstTurnAfter', () => {
  it.each<[string, number | undefined, number | undefined, number]>([
    ['the first delivery of all', undefined, undefined, 0],
    ['the turn after the one that is served', 7, 3, 8],
    ['with nobody waiting, or Redis away, the turn of the latest delivery', undefined, 12, 12],
    ['not behind a retry that kept its early turn', 2, 900, 900],
  ])('is, for %s', (_, served, latest, expected) => {
    expect(firstTurnAfter(served, latest)).toBe(expected);
  });

  it('lets every waiting batch be served, however many deliveries of one batch come', () => {
    const waiting = Array.from({ length: 5 }, (_, number) => ({ turn: number, isLarge: true }));
    const order: boolean[] = [];
    let latest = 0;
    while (waiting.some(({ isLarge }) => isLarge) && order.length < 100) {
      // Twice as many come as are served.
      for (const served of [waiting[0]?.turn, waiting[0]?.turn]) {
        latest = firstTurnAfter(served, latest);
        waiting.push({ turn: latest, isLarge: false });
      }
      waiting.sort((one, other) => one.turn - other.turn);
      order.push(waiting.shift()?.isLarge === true);
    }
    expect(order.filter((isLarge) => isLarge)).toHaveLength(5);
  });
});

describe('servedTurn', () => {
  it('is the furthest of what is in hand and what is next', () => {
    expect(servedTurn([priorityOf(4), priorityOf(9)])).toBe(9);
    expect(servedTurn([undefined, priorityOf(0)])).toBe(0);
    expect(servedTurn([])).toBeUndefined();
  });
});

describe('priorityOf', () => {
  it('serves early turns first, and is never what Bull takes for no priority', () => {
    expect(priorityOf(0)).toBe(1);
    expect(priorityOf(7)).toBeGreaterThan(priorityOf(6));
  });
});
