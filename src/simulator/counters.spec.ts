import { Counters } from './counters.js';

describe('Counters', () => {
  it('tells endpoints that were reached once from those that were reached again', () => {
    const counters = new Counters('fcm');
    for (const index of [0, 5, 5, 1_000_000]) counters.countDelivery(index);
    expect(counters.report()).toMatchObject({
      accepted: 4,
      endpoints: { reached: 3, once: 2, repeatedly: 1, repeated: [5] },
    });
    expect(counters.deliveriesFrom(4, 3)).toEqual([0, 2, 0]);
  });

  it('does not start again at 256 deliveries', () => {
    const counters = new Counters('fcm');
    for (let sent = 0; sent < 300; sent += 1) counters.countDelivery(0);
    expect(counters.deliveriesFrom(0, 1)).toEqual([255]);
  });
});
