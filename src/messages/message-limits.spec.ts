import { assertFitsPayload, assertSendableLinks } from './message-limits.js';
import type { Message } from './messages.repository.js';

const link = (length: number): string => 'https://e.com/'.padEnd(length, 'x');

const message: Message = {
  messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae',
  domain: 'example.com',
  title: 'Title',
  body: 'Body',
  onClickLink: null,
  imageUrl: null,
  iconUrl: null,
  badgeUrl: null,
  preferLargeImage: false,
  actions: [],
  timeToLiveSeconds: null,
  sendAt: null,
  urgency: null,
  topic: null,
  ratePerMinute: null,
  options: {},
  utm: null,
};
const options = { data: { text: 'x'.repeat(1_000) } };
const actions = [{ action: 'buy', title: 'Buy', icon: null, link: link(2_000) }];

describe('assertFitsPayload', () => {
  it('throws for data that cannot fit beside the links', () => {
    const full = { ...message, options, actions, onClickLink: link(1_000) };
    expect(() => {
      assertFitsPayload(full);
    }).toThrow(/^validation_failed: data does not fit beside the links/);
    for (const fitting of [
      { ...full, options: {} },
      { ...full, onClickLink: null },
      { ...full, actions: [] },
    ]) {
      expect(() => {
        assertFitsPayload(fitting);
      }).not.toThrow();
    }
  });

  it('does not count an icon whose place the image takes', () => {
    const both = { ...message, options, imageUrl: link(1_500), iconUrl: link(1_500) };
    expect(() => {
      assertFitsPayload(both);
    }).not.toThrow();
    expect(() => {
      assertFitsPayload({ ...both, preferLargeImage: true });
    }).toThrow(/data/);
  });
});

describe('assertSendableLinks', () => {
  it('throws for campaign parameters that make a link too long', () => {
    const long = { ...message, onClickLink: link(2_048) };
    expect(() => {
      assertSendableLinks(long);
    }).not.toThrow();
    expect(() => {
      assertSendableLinks({ ...long, utm: { source: 'push' } });
    }).toThrow(/^validation_failed: utm makes a link longer than 2048/);
  });
});
