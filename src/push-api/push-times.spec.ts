import { setTracer, type EndedSpan } from '../core/tracing/tracing.js';
import { observePushes, PushTimer } from './push-times.js';

describe('observePushes', () => {
  it('makes one span of the pushes with one status, however many there are', () => {
    const spans: EndedSpan[] = [];
    setTracer({
      record: (span) => void spans.push(span),
      begin: () => {
        throw new Error('no other span');
      },
      findActive: () => undefined,
    });
    const timer = new PushTimer();
    const now = performance.now();
    for (let push = 0; push < 1_000; push += 1) timer.add('https://push.example', push < 990 ? 201 : 410, now - push);
    timer.add('https://push.example', null, now);
    observePushes(timer.all, () => 'push.example');
    const told = spans.map(({ name, attributes, failure }) => [name, attributes['push_contact.pushes'], failure]);
    expect(told).toEqual([
      ['push push.example', 990, undefined],
      ['push push.example', 10, '410'],
      ['push push.example', 1, 'no-response'],
    ]);
    const [accepted] = spans;
    expect(accepted?.beganAtMs).toBeCloseTo(performance.timeOrigin + now - 989, 3);
    expect(JSON.stringify(spans)).not.toContain('https:');
  });
});
