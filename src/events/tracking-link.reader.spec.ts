import 'reflect-metadata';
import type { Config } from '../core/config/config.js';
import type { TrackingSettings } from '../core/config/tracking-settings.js';
import { EncryptedIds } from '../security/encrypted-ids.js';
import { LinkSignatures } from '../security/link-signatures.js';
import type { LinkQuery } from './link-query.js';
import { type LinkRefusal, RefusedLinks } from './refused-links.js';
import { type TrackingLink, TrackingLinkReader } from './tracking-link.reader.js';

const IDS = { contactId: '66291accdc3ab636288af4ab', messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae' };
// In hours to the base 36.
const YEAR_2100 = 'ofao';
const YEAR_2020 = '9e6o';

const encryption = {
  key: Buffer.from('5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=', 'base64'),
  iv: Buffer.from('7yZ8kT8L7UeO8JpH3Ir6jQ==', 'base64'),
};

/** Counts what is expensive, and keeps the reasons of refusals. */
class Reading {
  readonly work: string[] = [];
  readonly refusals: LinkRefusal[] = [];
  readonly ids: EncryptedIds;
  readonly signatures: LinkSignatures;
  private readonly reader: TrackingLinkReader;

  constructor(unsignedUntil: TrackingSettings['unsignedUntil']) {
    const config = { encryption, tracking: { linkDays: 28, unsignedUntil } } as unknown as Config;
    const { work, refusals } = this;
    this.ids = new (class extends EncryptedIds {
      override decrypt(encrypted: string): string | undefined {
        work.push('decrypt');
        return super.decrypt(encrypted);
      }
    })(config);
    this.signatures = new (class extends LinkSignatures {
      override verify(...link: Parameters<LinkSignatures['verify']>): boolean {
        const [{ contactId, messageId }] = link;
        work.push(`verify ${contactId.length} and ${messageId.length} characters`);
        return super.verify(...link);
      }
    })(config);
    const refused = new (class extends RefusedLinks {
      override add(reason: LinkRefusal): void {
        refusals.push(reason);
      }
    })();
    this.reader = new TrackingLinkReader(config, this.ids, this.signatures, refused);
  }

  link(change: Partial<typeof IDS> = {}): TrackingLink {
    const { contactId, messageId } = { ...IDS, ...change };
    return { encryptedContactId: this.ids.encrypt(contactId), encryptedMessageId: this.ids.encrypt(messageId) };
  }

  signed(expires = YEAR_2100): { s: string } {
    return { s: expires + this.signatures.sign(IDS, expires) };
  }

  read(link: TrackingLink, query: LinkQuery, how: 'read' | 'readToOpen' = 'read'): unknown {
    try {
      return this.reader[how](link, query);
    } catch (error) {
      return error;
    }
  }
}

const PAST = new Date('2020-01-01');

describe('TrackingLinkReader', () => {
  it('reads a signed link, whatever the time of unsigned ones', () => {
    for (const until of [undefined, PAST, new Date('2100-01-01')]) {
      const reading = new Reading(until);
      expect(reading.read(reading.link(), reading.signed())).toEqual(IDS);
      expect(reading.refusals).toEqual([]);
    }
  });

  it('reads an unsigned link until its time, and for ever without one', () => {
    for (const until of [undefined, new Date('2100-01-01')]) {
      const reading = new Reading(until);
      expect(reading.read(reading.link(), {})).toEqual(IDS);
    }
    const reading = new Reading(PAST);
    expect(reading.read(reading.link(), {})).toMatchObject({ code: 'validation_failed' });
    expect(reading.refusals).toEqual(['unsigned']);
  });

  it('reads a message id in upper case as the same message', () => {
    const reading = new Reading(PAST);
    const link = reading.link({ messageId: IDS.messageId.toUpperCase() });
    expect(reading.read(link, reading.signed())).toEqual(IDS);
  });

  const refused: [string, LinkRefusal, (reading: Reading) => [TrackingLink, LinkQuery]][] = [
    ['a contact that is none', 'unreadable', (it) => [it.link({ contactId: 'x' }), it.signed()]],
    ['a message that is none', 'unreadable', (it) => [it.link({ messageId: 'x' }), it.signed()]],
    ['ids that do not decrypt', 'unreadable', () => [{ encryptedContactId: 'x', encryptedMessageId: 'y' }, {}]],
    ['another contact', 'changed', (it) => [it.link({ contactId: '66291accdc3ab636288af4ac' }), it.signed()]],
    ['another end', 'changed', (it) => [it.link(), { s: YEAR_2020 + it.signed().s.slice(-22) }]],
    ['another signature', 'changed', (it) => [it.link(), { s: YEAR_2100 + 'A'.repeat(22) }]],
    ['no signature but an end', 'changed', (it) => [it.link(), { s: YEAR_2100 }]],
    ['no end but a signature', 'changed', (it) => [it.link(), { s: it.signed().s.slice(-22) }]],
    ['two signatures', 'changed', (it) => [it.link(), { s: [it.signed().s, it.signed().s] }]],
    ['an empty signature', 'changed', (it) => [it.link(), { s: '' }]],
    ['an end that is over', 'expired', (it) => [it.link(), it.signed(YEAR_2020)]],
    ['an end that is no number', 'expired', (it) => [it.link(), it.signed('-')]],
    ['no signature', 'unsigned', (it) => [it.link(), {}]],
  ];

  it.each(refused)('refuses %s by the same error, after the same work', (_, reason, toLink) => {
    const reading = new Reading(PAST);
    // Once with a message that is not cached, and once with one that is.
    for (const cached of [false, true]) {
      if (cached) reading.read(reading.link(), reading.signed());
      const [link, query] = toLink(reading);
      reading.work.length = 0;
      reading.refusals.length = 0;
      const error = reading.read(link, query);
      expect(error).toMatchObject({
        code: 'validation_failed',
        detail: 'Not valid: encryptedContactId, encryptedMessageId.',
      });
      expect([...reading.work].sort()).toEqual(['decrypt', 'decrypt', 'verify 24 and 36 characters']);
      expect(reading.refusals).toEqual([reason]);
    }
  });

  it.each(refused.filter(([, reason]) => reason !== 'unsigned' && reason !== 'unreadable'))(
    'refuses %s also while unsigned links are accepted',
    (_, reason, toLink) => {
      const reading = new Reading(undefined);
      expect(reading.read(...toLink(reading))).toMatchObject({ code: 'validation_failed' });
      expect(reading.refusals).toEqual([reason]);
    },
  );

  it.each(refused)('reads %s to open it, uncounted, only if it is genuine', (_, reason, toLink) => {
    const reading = new Reading(PAST);
    const isOpened = reason === 'expired' || reason === 'unsigned';
    const expected = isOpened ? { ids: IDS, isCounted: false } : { code: 'validation_failed' };
    expect(reading.read(...toLink(reading), 'readToOpen')).toMatchObject(expected);
    expect(reading.refusals).toEqual([reason]);
  });

  it('reads a signed link to open and count it', () => {
    const reading = new Reading(PAST);
    expect(reading.read(reading.link(), reading.signed(), 'readToOpen')).toEqual({ ids: IDS, isCounted: true });
    expect(reading.refusals).toEqual([]);
  });
});
