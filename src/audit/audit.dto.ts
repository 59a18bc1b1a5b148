import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { Cursor } from '../core/validation/request-cursor.js';
import { OptionalQueryInstant } from '../core/validation/request-instant.js';
import { PageSize } from '../core/validation/request-integer.js';
import { OptionalText } from '../core/validation/request-text.js';

const MAX_ENTRIES = 1_000;

export class AuditQuery {
  @OptionalText({ maxLength: MAX_LENGTH.domain, example: 'example.com', description: 'all domains when absent' })
  domain?: string | null;

  @OptionalQueryInstant({ example: '2026-11-01T00:00:00Z' })
  from?: Date;

  @OptionalQueryInstant({ example: '2026-11-30T00:00:00Z' })
  to?: Date;

  @Cursor({ example: 'MDE5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ' })
  cursor?: string | null;

  @PageSize({ maximum: MAX_ENTRIES })
  per_page: number;
}

@ApiSchema({ name: 'AuditEntryAnswer' })
class AuditEntryResponse {
  @ApiProperty({ format: 'date-time', description: 'when the call began, by the clock of MongoDB' })
  at: Date;

  @ApiProperty({ type: String, nullable: true, example: 'billing', description: 'the claim `sub` of the token' })
  subject: string | null;

  @ApiProperty({ example: 'current.pem', description: 'the file of the key that verified the token' })
  keyId: string;

  @ApiProperty({ example: 'POST' })
  method: string;

  @ApiProperty({ example: '/messages/domains/{domain}' })
  route: string;

  @ApiProperty({ type: String, nullable: true, example: 'example.com', description: 'null for none, or several' })
  domain: string | null;

  @ApiProperty({ type: [String], example: ['example.com'], description: 'those that the call is about' })
  domains: readonly string[];

  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'the message that it is about' })
  messageId: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'the contact whose token is in the path' })
  contactId: string | null;

  @ApiProperty({ description: 'the header X-Request-Id of the request, else a UUID' })
  requestId: string;

  @ApiProperty({ description: 'whether it repeats an earlier call by its Idempotency-Key' })
  isRepeat: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 202,
    description: 'the HTTP status; null while it is not known, and after a process ended before it was',
  })
  status: number | null;

  @ApiProperty({ enum: ['accepted', 'refused', 'failed', 'unknown'], description: 'the status in a word' })
  outcome: 'accepted' | 'refused' | 'failed' | 'unknown';
}

@ApiSchema({ name: 'AuditAnswer' })
export class AuditResponse {
  @ApiProperty({ type: [AuditEntryResponse], description: 'the latest first' })
  items: AuditEntryResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'for the next page; null when there is none' })
  nextCursor: string | null;

  @ApiProperty({ type: 'integer', example: 100 })
  perPage: number;
}
