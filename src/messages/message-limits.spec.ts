import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Config } from '../core/config/config.js';
import { TrackingLinksService } from '../events/tracking-links.service.js';
import { EncryptedFields } from '../security/encrypted-fields.js';
import { EncryptedIds } from '../security/encrypted-ids.js';
import { LinkSignatures } from '../security/link-signatures.js';
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
      assertFitsPayload(full, undefined);
    }).toThrow(/^validation_failed: data does not fit beside the links/);
    for (const fitting of [
      { ...full, options: {} },
      { ...full, onClickLink: null },
      { ...full, actions: [] },
    ]) {
      expect(() => {
        assertFitsPayload(fitting, undefined);
      }).not.toThrow();
    }
  });

  it('does not count an icon whose place the image takes', () => {
    const both = { ...message, options, imageUrl: link(1_500), iconUrl: link(1_500) };
    expect(() => {
      assertFitsPayload(both, undefined);
    }).not.toThrow();
    expect(() => {
      assertFitsPayload({ ...both, preferLargeImage: true }, undefined);
    }).toThrow(/data/);
  });
});

describe('assertFitsPayload with tracking links', () => {
  const publicUrl = 'https://push.example.com';
  const names = Array.from({ length: 9 }, (_, index) => `action ${index}`);
  const nine = names.map((action) => ({ action, title: 'T', icon: null, link: null }));
  const full = { ...message, options, actions: nine, onClickLink: link(1_000) };

  it('counts them, one for each name of an action, when there are any', () => {
    for (const [fitting, url] of [
      [full, undefined],
      [{ ...full, actions: nine.slice(0, 7) }, publicUrl],
      [{ ...full, options: {} }, publicUrl],
      [{ ...full, actions: [...nine.slice(0, 7), ...nine.slice(0, 7)] }, publicUrl],
    ] as const) {
      expect(() => {
        assertFitsPayload(fitting, url);
      }).not.toThrow();
    }
    expect(() => {
      assertFitsPayload(full, publicUrl);
    }).toThrow(/^validation_failed: data does not fit beside the links/);
  });

  it('counts each as long as it is', () => {
    const { key, iv } = { key: randomBytes(32), iv: randomBytes(16) };
    const config = { encryption: { key, iv }, publicUrl, tracking: { linkDays: 28 } } as unknown as Config;
    const service = new TrackingLinksService(
      config,
      new EncryptedIds(config),
      new EncryptedFields(config),
      new LinkSignatures(config),
    );
    const { clicked, received, actions: byName } = service.ofMessage(message.messageId, names)('6'.repeat(24));
    const bytes = [clicked, received, ...Object.entries(byName ?? {}).flat()].join('').length;
    const data = { text: 'x'.repeat(1_000) };
    const rest = JSON.stringify(data).length + names.length;
    const filled = { ...full, options: { data }, onClickLink: link(3_993 - bytes - rest) };
    expect(() => {
      assertFitsPayload(filled, publicUrl);
    }).not.toThrow();
    expect(() => {
      assertFitsPayload({ ...filled, onClickLink: link(3_994 - bytes - rest) }, publicUrl);
    }).toThrow(/3994 bytes, of 3993/);
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
