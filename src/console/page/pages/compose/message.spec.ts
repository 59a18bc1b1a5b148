import { EMPTY_ACTION, EMPTY_DRAFT } from './draft.js';
import { isStarted, readMessage } from './message.js';

const DRAFT = { ...EMPTY_DRAFT, title: 'T', body: 'B' };

describe('readMessage', () => {
  it('leaves out what is empty', () => {
    expect(readMessage(DRAFT)).toEqual({ message: { title: 'T', body: 'B' }, faults: {} });
  });

  it('reads numbers, JSON, vibrations, campaign and time', () => {
    const draft = {
      ...DRAFT,
      ...{
        onClickLink: ' https://e.com ',
        imageUrl: 'https://e.com/i.png',
        actions: [{ ...EMPTY_ACTION, title: 'Buy' }],
      },
      ...{ silent: true, vibrate: '200, 100 50', data: '{"a":1}', timeToLiveSeconds: '3600', ratePerMinute: '60' },
      ...{ utmSource: 'push', sendAt: '2100-12-24T18:00' },
    };
    expect(readMessage(draft)).toEqual({
      message: {
        ...{ title: 'T', body: 'B', onClickLink: 'https://e.com', imageUrl: 'https://e.com/i.png' },
        ...{ preferLargeImage: true, actions: [{ title: 'Buy', link: '', icon: '' }], silent: true },
        ...{ vibrate: [200, 100, 50], data: { a: 1 }, timeToLiveSeconds: 3_600, ratePerMinute: 60 },
        ...{ utm: { source: 'push' }, sendAt: new Date('2100-12-24T18:00').toISOString() },
      },
      faults: {},
    });
  });

  it.each(['[1]', 'null', '{', '1'])('says of %s that it is no JSON object', (data) => {
    expect(readMessage({ ...DRAFT, data }).faults).toEqual({ data: 'notJson' });
  });

  it('says what are no numbers', () => {
    expect(readMessage({ ...DRAFT, vibrate: '200, x' }).faults).toEqual({ vibrate: 'notNumbers' });
  });

  it('says of a time that is over that it is', () => {
    const draft = { ...DRAFT, sendAt: '2026-12-24T18:00' };
    expect(readMessage(draft, new Date('2026-12-24T18:01')).faults).toEqual({ sendAt: 'isPast' });
    expect(readMessage(draft, new Date('2026-12-24T17:59')).faults).toEqual({});
  });
});

it('a draft is started with a title and a body', () => {
  expect([isStarted(DRAFT), isStarted({ ...DRAFT, body: ' ' }), isStarted(EMPTY_DRAFT)]).toEqual([true, false, false]);
});
