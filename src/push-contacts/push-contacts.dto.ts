import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, ValidateNested } from 'class-validator';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { OptionalEmail, RequiredEmail } from '../core/validation/request-email.js';
import { OptionalQueryInstant } from '../core/validation/request-instant.js';
import { IgnoresProperties, RequestProperty } from '../core/validation/request-property.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';
import { OptionalVapidKey } from '../core/validation/request-vapid-key.js';
import { FitsIntoPath } from './registration/device-token-in-path.js';

/** The keys of RFC 8291, section 5. */
const P256DH = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
const AUTH = 'BTBZMqHH6r4Tts7J_aSIgg';

/** What the JSON of a browser's PushSubscription has besides (Push API, "PushSubscriptionJSON"). */
const OF_BROWSERS = ['expirationTime'] as const;

class SubscriptionKeysRequest {
  @OptionalText({ maxLength: MAX_LENGTH.subscriptionKey, description: 'P-256 public key, base64url', example: P256DH })
  p256DH?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.subscriptionKey, description: 'shared secret, base64url', example: AUTH })
  auth?: string | null;
}

const VAPID_KEY = 'the `applicationServerKey` that the browser subscribed with; the first key when absent';

/** The subscription in a registration. An incomplete one is treated as none. */
@IgnoresProperties(...OF_BROWSERS)
export class SubscriptionRequest {
  @OptionalText({ maxLength: MAX_LENGTH.url, example: 'https://fcm.googleapis.com/fcm/send/dGVzdA' })
  endPoint?: string | null;

  @RequestProperty({ required: false, nullable: true, type: SubscriptionKeysRequest })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SubscriptionKeysRequest)
  keys?: SubscriptionKeysRequest | null;

  @OptionalVapidKey(VAPID_KEY)
  vapidPublicKey?: string | null;
}

class RequiredSubscriptionKeysRequest {
  @RequiredText({ maxLength: MAX_LENGTH.subscriptionKey, description: 'P-256 public key, base64url', example: P256DH })
  p256DH: string;

  @RequiredText({ maxLength: MAX_LENGTH.subscriptionKey, description: 'shared secret, base64url', example: AUTH })
  auth: string;
}

/** A new subscription of an existing contact. It must be complete. */
@IgnoresProperties(...OF_BROWSERS)
export class NewSubscriptionRequest {
  @RequiredText({ maxLength: MAX_LENGTH.url, example: 'https://fcm.googleapis.com/fcm/send/dGVzdA' })
  endPoint: string;

  @RequestProperty({ type: RequiredSubscriptionKeysRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => RequiredSubscriptionKeysRequest)
  keys: RequiredSubscriptionKeysRequest;

  @OptionalVapidKey(VAPID_KEY)
  vapidPublicKey?: string | null;

  @OptionalText({
    maxLength: MAX_LENGTH.subscriptionKey,
    description: 'the `auth` of the subscription that is replaced, where the installation asks for it',
    example: AUTH,
  })
  previousAuth?: string | null;
}

export class RegisterContactRequest {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;

  @RequiredText({ maxLength: MAX_LENGTH.deviceToken, example: 'device-token-1' })
  @FitsIntoPath()
  deviceToken: string;

  @OptionalEmail()
  email?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.visitorGuid, example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' })
  visitorGuid?: string | null;

  @OptionalText({
    maxLength: MAX_LENGTH.deviceToken,
    description:
      'for a Firebase installation id: the token FID:… that the contact had, which keeps it the same contact',
    example: 'cSH7-abc_DEF0123456789:APA91bH',
  })
  previousDeviceToken?: string | null;

  @OptionalText({
    maxLength: MAX_LENGTH.subscriptionKey,
    description:
      'the `auth` of the subscription that the inactive contact of this token has, where the installation asks for it',
    example: AUTH,
  })
  previousAuth?: string | null;

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
  @RequiredEmail()
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

  @OptionalQueryInstant({ example: '2026-01-01' })
  modifiedFrom?: Date;

  @OptionalQueryInstant({ example: '2026-12-31' })
  modifiedTo?: Date;
}

@ApiSchema({ name: 'SubscriptionKeysAnswer' })
class SubscriptionKeysResponse {
  @ApiProperty()
  p256DH: string;

  @ApiProperty()
  auth: string;
}

@ApiSchema({ name: 'SubscriptionAnswer' })
class SubscriptionResponse {
  @ApiProperty()
  endPoint: string;

  @ApiProperty()
  keys: SubscriptionKeysResponse;
}

@ApiSchema({ name: 'ContactAnswer' })
export class ContactResponse {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty()
  deviceToken: string;

  @ApiProperty({ type: String, nullable: true })
  email: string | null;

  @ApiProperty({ type: String, nullable: true })
  visitorGuid: string | null;

  @ApiProperty({ type: SubscriptionResponse, nullable: true })
  subscription: SubscriptionResponse | null;
}
