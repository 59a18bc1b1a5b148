import { deriveCallId } from './call-id.js';

const batch = { deliveryId: 'd', attempt: 0 };
const recipients = [{ id: 'a' }, { id: 'b' }];

describe('deriveCallId', () => {
  it('is the same for the same recipients in any order, and fits into a header', () => {
    const id = deriveCallId(batch, recipients);
    expect(deriveCallId(batch, recipients.toReversed())).toBe(id);
    expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it.each([
    ['other recipients', batch, [{ id: 'a' }]],
    ['another delivery', { ...batch, deliveryId: 'e' }, recipients],
    ['an attempt after a failure that was reported', { ...batch, attempt: 1 }, recipients],
  ])('differs for %s', (_, otherBatch, others) => {
    expect(deriveCallId(otherBatch, others)).not.toBe(deriveCallId(batch, recipients));
  });
});
