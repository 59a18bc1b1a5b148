import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsEmail, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { MAX_LENGTH } from '../core/limits.js';
import { OptionalInstant } from '../core/request-instant.js';
import { RequestProperty } from '../core/request-property.js';
import { OptionalText, RequiredText } from '../core/request-text.js';

class SubscriptionKeysRequest {
  @OptionalText({ maxLength: MAX_LENGTH.subscriptionKey, description: 'P-256 public key, base64url' })
  p256DH?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.subscriptionKey, description: 'shared secret, base64url' })
  auth?: string | null;
}

/** Of a contact that is registered: what is missing makes it none. */
export class SubscriptionRequest {
  @OptionalText({ maxLength: MAX_LENGTH.url, example: 'https://fcm.googleapis.com/fcm/send/dGVzdA' })
  endPoint?: string | null;

  @RequestProperty({ required: false, nullable: true, type: SubscriptionKeysRequest })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SubscriptionKeysRequest)
  keys?: SubscriptionKeysRequest | null;
}

class RequiredSubscriptionKeysRequest {
  @RequiredText({ maxLength: MAX_LENGTH.subscriptionKey, description: 'P-256 public key, base64url' })
  p256DH: string;

  @RequiredText({ maxLength: MAX_LENGTH.subscriptionKey, description: 'shared secret, base64url' })
  auth: string;
}

/** Of a contact that has one already: it must be complete. */
export class NewSubscriptionRequest {
  @RequiredText({ maxLength: MAX_LENGTH.url, example: 'https://fcm.googleapis.com/fcm/send/dGVzdA' })
  endPoint: string;

  @RequestProperty({ type: RequiredSubscriptionKeysRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => RequiredSubscriptionKeysRequest)
  keys: RequiredSubscriptionKeysRequest;
}

export class RegisterContactRequest {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;

  @RequiredText({ maxLength: MAX_LENGTH.deviceToken, example: 'device-token-1' })
  deviceToken: string;

  @OptionalText({ maxLength: MAX_LENGTH.email, example: 'visitor@example.com', format: 'email' })
  @IsEmail()
  email?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.visitorGuid, example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' })
  visitorGuid?: string | null;

  @RequestProperty({ required: false, nullable: true, type: SubscriptionRequest })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SubscriptionRequest)
  subscription?: SubscriptionRequest | null;
}

export class DeviceTokenParams {
  @RequiredText({ maxLength: MAX_LENGTH.deviceToken, example: 'device-token-1' })
  deviceToken: string;
}

export class EmailBody {
  @RequiredText({ maxLength: MAX_LENGTH.email, format: 'email' })
  @IsEmail()
  email: string;
}

export class VisitorGuidBody {
  @RequiredText({ maxLength: MAX_LENGTH.visitorGuid })
  visitorGuid: string;
}

export class ContactsQuery {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;

  @OptionalText({ maxLength: MAX_LENGTH.email, example: 'visitor@example.com' })
  email?: string;

  @OptionalInstant({ example: '2026-01-01' })
  modifiedFrom?: Date;

  @OptionalInstant({ example: '2026-12-31' })
  modifiedTo?: Date;
}

class SubscriptionKeysAnswer {
  @ApiProperty()
  p256DH: string;

  @ApiProperty()
  auth: string;
}

class SubscriptionAnswer {
  @ApiProperty()
  endPoint: string;

  @ApiProperty()
  keys: SubscriptionKeysAnswer;
}

export class ContactAnswer {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty()
  deviceToken: string;

  @ApiProperty({ type: String, nullable: true })
  email: string | null;

  @ApiProperty({ type: String, nullable: true })
  visitorGuid: string | null;

  @ApiProperty({ type: SubscriptionAnswer, nullable: true })
  subscription: SubscriptionAnswer | null;
}
