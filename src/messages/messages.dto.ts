import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { MAX_LENGTH } from '../core/limits.js';
import { RequestProperty } from '../core/request-property.js';
import { OptionalText, RequiredText } from '../core/request-text.js';
import { IsHttpsUrlOrEmpty } from './https-url.js';

class ActionRequest {
  @OptionalText({ maxLength: MAX_LENGTH.actionName, description: 'default: action and its place, from 1' })
  action?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.title, description: 'default: title and its place, from 1' })
  title?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  icon?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  link?: string | null;
}

export class MessageRequest {
  @RequiredText({ maxLength: MAX_LENGTH.title, example: 'Summer sale' })
  title: string;

  @RequiredText({ maxLength: MAX_LENGTH.body, example: 'Everything at half price until Sunday.' })
  body: string;

  @OptionalText({ maxLength: MAX_LENGTH.url, example: 'https://example.com/sale', description: 'https, or empty' })
  @IsHttpsUrlOrEmpty()
  onClickLink?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url, description: 'https, or empty' })
  @IsHttpsUrlOrEmpty()
  imageUrl?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url, description: 'https, or empty' })
  @IsHttpsUrlOrEmpty()
  iconUrl?: string | null;

  @RequestProperty({ type: Boolean, required: false, nullable: true, default: false })
  @IsOptional()
  @IsBoolean()
  preferLargeImage?: boolean | null;

  @RequestProperty({ type: ActionRequest, isArray: true, required: false, nullable: true })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ActionRequest)
  actions?: ActionRequest[] | null;
}

export class MessageIdAnswer {
  @ApiProperty({ format: 'uuid' })
  messageId: string;
}

/** Any UUID, in the form that .NET's Guid accepts too. */
class MessageIdParams {
  @RequestProperty({ type: String, format: 'uuid' })
  @IsUUID('loose')
  messageId: string;
}

export class DomainMessageParams extends MessageIdParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;
}
