import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { IgnoresProperties, RequestProperty } from '../core/validation/request-property.js';
import { RatePerMinute } from '../core/validation/request-rate.js';
import { PageSize } from '../core/validation/request-integer.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';
import { OptionalVapidKey, VAPID_KEY_EXAMPLE } from '../core/validation/request-vapid-key.js';

export class DomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  name: string;
}

/** What `GET /domains/{name}` returns can be sent back; the name of the path counts. */
@IgnoresProperties('name')
export class DomainRequest {
  @RequestProperty({ type: Boolean, required: false, nullable: true, example: false, description: 'false when absent' })
  @IsOptional()
  @IsBoolean()
  isPushFeatureEnabled?: boolean | null;

  @RequestProperty({ type: Boolean, required: false, nullable: true, example: false, description: 'false when absent' })
  @IsOptional()
  @IsBoolean()
  usesExternalPushDomain?: boolean | null;

  @OptionalText({ maxLength: MAX_LENGTH.domain, example: 'push.example.com' })
  externalPushDomain?: string | null;

  @RatePerMinute({
    description:
      'The most contacts in a minute of its messages without a rate of their own, together; none when absent',
  })
  ratePerMinute?: number | null;

  @OptionalVapidKey(
    'the VAPID public key that its visitors subscribe with; null for the default key, unchanged when absent',
  )
  vapidPublicKey?: string | null;

  @RequestProperty({
    type: Boolean,
    required: false,
    nullable: true,
    example: false,
    description: 'Cancels what is still pending of all sends to the domain; only with isPushFeatureEnabled false',
  })
  @IsOptional()
  @IsBoolean()
  cancelPendingDeliveries?: boolean | null;
}

@ApiSchema({ name: 'PushConfigurationAnswer' })
export class PushConfigurationResponse {
  @ApiProperty()
  isPushFeatureEnabled: boolean;

  @ApiProperty()
  usesExternalPushDomain: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'push.example.com' })
  externalPushDomain: string | null;
}

@ApiSchema({ name: 'ContactsStatsAnswer' })
export class ContactsStatsResponse {
  @ApiProperty({ type: 'integer', example: 85 })
  deleted: number;

  @ApiProperty({ type: 'integer', example: 1_200 })
  active: number;

  @ApiProperty({ type: 'integer', example: 1_285 })
  total: number;

  @ApiPropertyOptional({
    type: 'integer',
    example: 12,
    description: 'those of the deleted whose visitors have left; absent when there are none',
  })
  unsubscribed?: number;
}

@ApiSchema({ name: 'DomainStatsAnswer' })
export class DomainStatsResponse {
  @ApiProperty({ example: 'example.com' })
  name: string;

  @ApiProperty()
  contactsStats: ContactsStatsResponse;
}

const MAX_DOMAINS = 100;

export class DomainsQuery {
  @OptionalText({ maxLength: MAX_LENGTH.domain, example: 'exa', description: 'what the names begin with' })
  text?: string | null;

  @OptionalText({
    maxLength: MAX_LENGTH.domain,
    example: 'example.com',
    description: 'the nextCursor of the previous response; absent or empty for the first page',
  })
  cursor?: string | null;

  @PageSize({ maximum: MAX_DOMAINS })
  per_page: number;
}

@ApiSchema({ name: 'ListedDomainAnswer' })
class ListedDomainResponse {
  @ApiProperty({ example: 'example.com' })
  name: string;

  @ApiProperty({ type: Boolean, nullable: true, description: 'null where only contacts of the domain are stored' })
  isPushFeatureEnabled: boolean | null;

  @ApiProperty()
  contacts: ContactsStatsResponse;
}

@ApiSchema({ name: 'DomainListAnswer' })
export class DomainListResponse {
  @ApiProperty({ type: [ListedDomainResponse], description: 'by name' })
  items: ListedDomainResponse[];

  @ApiProperty({ type: String, nullable: true, example: 'example.com', description: 'null after the last page' })
  nextCursor: string | null;

  @ApiProperty({ type: 'integer', example: 100 })
  perPage: number;
}

@ApiSchema({ name: 'DomainAnswer' })
export class DomainResponse extends PushConfigurationResponse {
  @ApiProperty({ example: 'example.com' })
  name: string;

  @ApiProperty({ type: 'integer', required: false, example: 1_000, description: 'absent when there is none' })
  ratePerMinute?: number;

  @ApiProperty({
    required: false,
    example: VAPID_KEY_EXAMPLE,
    description: 'the VAPID public key that its visitors subscribe with; absent for the default key',
  })
  vapidPublicKey?: string;
}

@ApiSchema({ name: 'VapidKeyAnswer' })
class VapidKeyResponse {
  @ApiProperty({
    type: String,
    nullable: true,
    example: VAPID_KEY_EXAMPLE,
    description: 'null where no key is configured',
  })
  vapidPublicKey: string | null;

  @ApiProperty({ type: 'integer', example: 1_200, description: 'active contacts with a subscription of this key' })
  contacts: number;

  @ApiProperty({ description: 'whether it is one of the keys of this installation' })
  isKnown: boolean;

  @ApiProperty({ description: 'whether visitors of the domain subscribe with it' })
  isServed: boolean;
}

@ApiSchema({ name: 'VapidKeysAnswer' })
export class VapidKeysResponse {
  @ApiProperty({ example: 'example.com' })
  name: string;

  @ApiProperty({ type: [VapidKeyResponse], description: 'contacts that do not say their key count for the first' })
  keys: VapidKeyResponse[];
}
