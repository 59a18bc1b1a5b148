import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { MAX_LENGTH } from '../core/limits.js';
import { RequestProperty } from '../core/request-property.js';
import { OptionalText, RequiredText } from '../core/request-text.js';

export class DomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  name: string;
}

export class DomainRequest {
  @RequestProperty({ type: Boolean, required: false, nullable: true, default: false })
  @IsOptional()
  @IsBoolean()
  isPushFeatureEnabled?: boolean | null;

  @RequestProperty({ type: Boolean, required: false, nullable: true, default: false })
  @IsOptional()
  @IsBoolean()
  usesExternalPushDomain?: boolean | null;

  @OptionalText({ maxLength: MAX_LENGTH.domain, example: 'push.example.com' })
  externalPushDomain?: string | null;
}

export class PushConfigurationAnswer {
  @ApiProperty()
  isPushFeatureEnabled: boolean;

  @ApiProperty()
  usesExternalPushDomain: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'push.example.com' })
  externalPushDomain: string | null;
}

class ContactsStatsAnswer {
  @ApiProperty({ type: 'integer', example: 85 })
  deleted: number;

  @ApiProperty({ type: 'integer', example: 1_200 })
  active: number;

  @ApiProperty({ type: 'integer', example: 1_285 })
  total: number;
}

export class DomainStatsAnswer {
  @ApiProperty({ example: 'example.com' })
  name: string;

  @ApiProperty()
  contactsStats: ContactsStatsAnswer;
}

export class DomainAnswer extends PushConfigurationAnswer {
  @ApiProperty({ example: 'example.com' })
  name: string;
}
