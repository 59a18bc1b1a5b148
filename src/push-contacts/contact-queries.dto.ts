import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { PageOffset, PageSize } from '../core/validation/request-integer.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';

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

export class DeviceTokenOfDomainParams extends ContactsDomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.deviceToken, example: 'device-token-1' })
  deviceToken: string;
}

export class VisitorGuidsCursorQuery {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;

  @OptionalText({
    maxLength: MAX_LENGTH.visitorGuid,
    example: A_GUID,
    description: 'the nextCursor of the previous response; absent or empty for the first page',
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

@ApiSchema({ name: 'VisitorGuidsCursorAnswer' })
export class VisitorGuidsCursorResponse {
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

@ApiSchema({ name: 'VisitorGuidsPageAnswer' })
export class VisitorGuidsPageResponse {
  @ApiProperty({ type: [String], example: [A_GUID], description: 'one for each active contact' })
  items: string[];

  @ApiProperty({ type: 'integer', example: 1, description: 'the page to ask for next' })
  page: number;

  @ApiProperty({ type: 'integer', example: 100 })
  per_page: number;
}

@ApiSchema({ name: 'DomainContactsAnswer' })
class DomainContactsResponse {
  @ApiProperty({ example: 'example.com' })
  name: string;

  @ApiProperty({ type: 'integer', example: 1_200 })
  pushContactActiveQuantity: number;

  @ApiProperty({ type: 'integer', example: 85 })
  pushContactInactiveQuantity: number;
}

@ApiSchema({ name: 'DomainsPageAnswer' })
export class DomainsPageResponse {
  @ApiProperty({ type: [DomainContactsResponse] })
  items: DomainContactsResponse[];

  @ApiProperty({ type: 'integer', example: 1, description: 'the page to ask for next' })
  page: number;

  @ApiProperty({ type: 'integer', example: 100 })
  per_page: number;
}
