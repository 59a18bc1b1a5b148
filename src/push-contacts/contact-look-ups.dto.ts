import { ApiProperty } from '@nestjs/swagger';
import { MAX_LENGTH } from '../core/limits.js';
import { PageOffset, PageSize } from '../core/request-integer.js';
import { OptionalText, RequiredText } from '../core/request-text.js';

const A_GUID = '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10';
const MAX_GUIDS = 1_000;
const MAX_DOMAINS = 100;

export class ContactsDomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;
}

export class VisitorParams extends ContactsDomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.visitorGuid, example: A_GUID })
  visitorGuid: string;
}

export class VisitorGuidsCursorQuery {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;

  @OptionalText({
    maxLength: MAX_LENGTH.visitorGuid,
    example: A_GUID,
    description: 'the nextCursor of the answer before; absent or empty for the first page',
  })
  nextCursor?: string;

  @PageSize({ maximum: MAX_GUIDS })
  per_page: number;
}

export class VisitorGuidsPageQuery {
  @PageOffset()
  page: number;

  @PageSize({ maximum: MAX_GUIDS })
  per_page: number;
}

export class DomainsPageQuery {
  @PageOffset()
  page: number;

  @PageSize({ maximum: MAX_DOMAINS })
  per_page: number;
}

export class VisitorGuidsCursorAnswer {
  @ApiProperty({ type: [String], example: [A_GUID] })
  items: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: A_GUID,
    description: 'where the next page begins; null when this one is empty',
  })
  nextCursor: string | null;

  @ApiProperty({ type: 'integer', example: 100 })
  perPage: number;
}

export class VisitorGuidsPageAnswer {
  @ApiProperty({ type: [String], example: [A_GUID], description: 'one for each active contact' })
  items: string[];

  @ApiProperty({ type: 'integer', example: 1, description: 'the page to ask for next' })
  page: number;

  @ApiProperty({ type: 'integer', example: 100 })
  per_page: number;
}

class DomainContactsAnswer {
  @ApiProperty({ example: 'example.com' })
  name: string;

  @ApiProperty({ type: 'integer', example: 1_200 })
  pushContactActiveQuantity: number;

  @ApiProperty({ type: 'integer', example: 85 })
  pushContactInactiveQuantity: number;
}

export class DomainsPageAnswer {
  @ApiProperty({ type: [DomainContactsAnswer] })
  items: DomainContactsAnswer[];

  @ApiProperty({ type: 'integer', example: 1, description: 'the page to ask for next' })
  page: number;

  @ApiProperty({ type: 'integer', example: 100 })
  per_page: number;
}
