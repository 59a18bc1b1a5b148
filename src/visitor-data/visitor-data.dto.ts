import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';

/** Where a record is stored: contacts, events, visitors waiting for Doppler, and lists and single sends. */
const SOURCES = ['contacts', 'handOvers', 'events', 'sends'] as const;

export type StoredRecordSource = (typeof SOURCES)[number];

export class VisitorDataParams {
  @RequiredText({ maxLength: MAX_LENGTH.visitorGuid, example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' })
  visitorGuid: string;
}

export class VisitorDataQuery {
  @OptionalText({ maxLength: MAX_LENGTH.domain, example: 'example.com', description: 'all domains when absent' })
  domain?: string | null;
}

export class EmailDataQuery extends VisitorDataQuery {
  /** Any text: older documents have e-mails that are not valid, or with spaces around. */
  @RequiredText({ maxLength: MAX_LENGTH.email, example: 'visitor@example.com' })
  email: string;
}

@ApiSchema({ name: 'StoredRecordAnswer' })
export class StoredRecordResponse {
  @ApiProperty({ enum: SOURCES, description: 'where it is stored' })
  source: StoredRecordSource;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'the document as it is stored' })
  document: object;
}

@ApiSchema({ name: 'ErasedAnswer' })
export class ErasedResponse {
  @ApiProperty({ type: 'integer', example: 2, description: 'contacts of which only id and domain are left' })
  contacts: number;

  @ApiProperty({ type: 'integer', example: 31, description: 'events that do not say any more whose they are' })
  events: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'visitors who were waiting for Doppler' })
  handOvers: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'batches of sends that named the visitor' })
  batches: number;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'contacts that are left because they may be of somebody else who has the same guid or e-mail',
  })
  linkedContacts: number;

  @ApiProperty({
    example: true,
    description: 'false when the time was over: a worker erases the rest. Ask again until `contacts` is 0',
  })
  isComplete: boolean;
}
