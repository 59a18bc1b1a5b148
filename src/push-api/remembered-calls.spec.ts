import { type RepeatableCall, RememberedCalls } from './remembered-calls.js';
import { ACCEPTED } from './send-outcome.js';

const call: RepeatableCall = { key: 'k', title: 't', body: 'b', recipients: ['x', 'y'] };

/** Makes calls and counts those that were sent. */
function counting(): {
  sent: () => number;
  make: (changed?: Partial<RepeatableCall>) => Promise<unknown>;
} {
  const calls = new RememberedCalls();
  let sent = 0;
  return {
    sent: () => sent,
    make: (changed = {}) =>
      calls.once({ ...call, ...changed }, () => {
        sent += 1;
        return sent === 1 && changed.key === 'failing'
          ? Promise.reject(new Error('failed'))
          : Promise.resolve([ACCEPTED]);
      }),
  };
}

describe('RememberedCalls', () => {
  it('sends a repeated call once, also while it is in progress', async () => {
    const { sent, make } = counting();
    const outcomes = await Promise.all([make(), make()]);
    expect([...outcomes, await make()]).toEqual([[ACCEPTED], [ACCEPTED], [ACCEPTED]]);
    expect(sent()).toBe(1);
  });

  it.each<[string, Partial<RepeatableCall>]>([
    ['another key', { key: 'other' }],
    ['no key', { key: undefined }],
    ['other recipients', { recipients: ['x'] }],
    ['another title', { title: 'other' }],
    ['another body', { body: 'other' }],
  ])('sends a call with %s', async (_, changed) => {
    const { sent, make } = counting();
    await make();
    await make(changed);
    expect(sent()).toBe(2);
  });

  it('sends again what failed as a whole', async () => {
    const { sent, make } = counting();
    await expect(make({ key: 'failing' })).rejects.toThrow('failed');
    await make({ key: 'failing' });
    expect(sent()).toBe(2);
  });

  it('forgets the oldest calls beyond 100,000 recipients', async () => {
    const { sent, make } = counting();
    const recipients = Array.from({ length: 1_000 }, (_, index) => `recipient ${index}`);
    for (let key = 0; key <= 101; key += 1) await make({ key: String(key), recipients });
    await make({ key: '101', recipients });
    expect(sent()).toBe(102);
    await make({ key: '0', recipients });
    expect(sent()).toBe(103);
  });
});
