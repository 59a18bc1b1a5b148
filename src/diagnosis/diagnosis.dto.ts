import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { Cursor } from '../core/validation/request-cursor.js';
import { Guid } from '../core/validation/request-guid.js';
import { PageSize } from '../core/validation/request-integer.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';
import { DIAGNOSIS_CAUSES, type DiagnosisCause } from './causes.js';

const MAX_ITEMS = 100;

const MAX_CONTACT_ID_LENGTH = 64;

/** The place of an event may have the name of an action. */
const MAX_HISTORY_CURSOR_LENGTH = 1_024;

const CONTACT_ID = '66291accdc3ab636288af4ab';

export class DomainNameParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  name: string;
}

export class ContactOfDomainParams extends DomainNameParams {
  @RequiredText({ maxLength: MAX_CONTACT_ID_LENGTH, example: CONTACT_ID })
  contactId: string;
}

/** Exactly one of the three. */
export class ContactKeyQuery {
  @OptionalText({
    maxLength: MAX_LENGTH.deviceToken,
    example: 'device-token-2',
    description: 'this, visitorGuid or email, and no two of them; also a Firebase installation id',
  })
  deviceToken?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.visitorGuid, example: '' })
  visitorGuid?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.email, example: '', description: 'in any case' })
  email?: string | null;
}

export class ContactsQuery extends ContactKeyQuery {
  @Cursor({ example: 'NjYyOTFhY2NkYzNhYjYzNjI4OGFmNGFk' })
  cursor?: string | null;

  @PageSize({ maximum: MAX_ITEMS })
  per_page: number;
}

export class HistoryQuery {
  @Cursor({
    example:
      'MTc4MDI3MjAwMDAwMCAxNzgwMjcyMDAwMDAwIDY2MjkxYWNjZGMzYWI2MzYyODhhZjRhZCAxNzgwMjcyMDAwMDAwIDY2MjkxYWNjZGMzYWI2MzYyODhhZjRhYjp4',
    maxLength: MAX_HISTORY_CURSOR_LENGTH,
  })
  cursor?: string | null;

  @PageSize({ maximum: MAX_ITEMS })
  per_page: number;
}

export class DiagnosisQuery extends ContactKeyQuery {
  @Guid({ example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  messageId: string;
}

const PUSH_SERVICE = { type: String, nullable: true, example: 'fcm.googleapis.com' } as const;
const TIME = { type: String, format: 'date-time', nullable: true } as const;

@ApiSchema({ name: 'StoredContactAnswer' })
export class StoredContactResponse {
  @ApiProperty({ example: CONTACT_ID })
  contactId: string;

  @ApiProperty({ example: 'device-token-2' })
  deviceToken: string;

  @ApiProperty({ type: String, nullable: true, example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' })
  visitorGuid: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'visitor@example.com' })
  email: string | null;

  @ApiProperty({ description: 'whether messages are sent to it' })
  isActive: boolean;

  @ApiProperty({
    type: String,
    enum: ['pruned', 'unsubscribed', null],
    nullable: true,
    example: null,
    description: 'why it is inactive: its push service no longer knows it, or the visitor left; null while active',
  })
  endedBecause: 'pruned' | 'unsubscribed' | null;

  @ApiProperty({ ...TIME, description: 'when it registered first; null where that is not known' })
  registeredAt: Date | null;

  @ApiProperty({ format: 'date-time', description: 'when it changed last: registered, changed, pruned or left' })
  modified: Date;

  @ApiProperty({ ...PUSH_SERVICE, description: 'firebase for a device token; null where nothing can be sent to' })
  pushService: string | null;

  @ApiProperty({ description: 'whether it is sent to by a Web Push subscription' })
  hasSubscription: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'null for the first key, or without one' })
  vapidPublicKey: string | null;
}

@ApiSchema({ name: 'StoredContactsAnswer' })
export class StoredContactsResponse {
  @ApiProperty({ type: [StoredContactResponse], description: 'the one that registered last first' })
  items: StoredContactResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'for the next page; null when there is none' })
  nextCursor: string | null;

  @ApiProperty({ type: 'integer', example: 100 })
  perPage: number;
}

export const HISTORY_TYPES = [
  'delivered',
  'received',
  'clicked',
  'processingFailed',
  'deliveryFailed',
  'deliveryFailedButRetry',
  'actionClicked',
  'dismissed',
  'unsubscribed',
] as const;

@ApiSchema({ name: 'HistoryEventAnswer' })
export class HistoryEventResponse {
  @ApiProperty({ format: 'date-time' })
  at: Date;

  @ApiProperty({ enum: HISTORY_TYPES })
  type: (typeof HISTORY_TYPES)[number];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null for unsubscribed' })
  messageId: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Summer sale', description: "the message's title" })
  title: string | null;

  @ApiProperty({ ...PUSH_SERVICE, description: 'of an outcome; null where it is not known' })
  pushService: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'limits',
    description: 'why it failed, a word of docs/operations.md; null where it did not, or that is not known',
  })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'buy', description: 'the clicked action' })
  action: string | null;
}

@ApiSchema({ name: 'HistoryAnswer' })
export class HistoryResponse {
  @ApiProperty({ type: [HistoryEventResponse], description: 'the latest first; may be fewer, or none, before the end' })
  items: HistoryEventResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'for the next page; null when there is none' })
  nextCursor: string | null;

  @ApiProperty({ type: 'integer', example: 100 })
  perPage: number;
}

@ApiSchema({ name: 'DiagnosisAnswer' })
export class DiagnosisResponse {
  @ApiProperty({ enum: DIAGNOSIS_CAUSES, description: 'a code of docs/diagnosis.md' })
  cause: DiagnosisCause;

  @ApiProperty({ example: 'The visitor has unsubscribed.', description: 'the cause in one sentence' })
  explanation: string;

  @ApiProperty({ ...TIME, description: 'when it happened' })
  since: Date | null;

  @ApiProperty({ ...TIME, description: 'when it begins, or is tried next; else when its time to live ends' })
  until: Date | null;

  @ApiProperty(PUSH_SERVICE)
  pushService: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'limits', description: 'a word of docs/operations.md' })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true, example: CONTACT_ID, description: 'null for never-a-contact' })
  contactId: string | null;
}
