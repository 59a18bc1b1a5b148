import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { NotificationOptionsRequest } from '../core/validation/request-notification-options.js';
import { OptionalFlag } from '../core/validation/request-flag.js';
import { RequestProperty } from '../core/validation/request-property.js';
import { OptionalText } from '../core/validation/request-text.js';
import { MAX_TIME_TO_LIVE_SECONDS } from '../push-payloads/delivery-headers.js';

/** RFC 8030, section 5.3. */
const URGENCIES = ['very-low', 'low', 'normal', 'high'] as const;

/** RFC 8030, section 5.4: at most 32 characters of base64url. */
const TOPIC = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * Options of a message: how it is delivered and shown. Without urgency or topic, the push service uses its
 * default.
 */
export class DeliveryOptions extends NotificationOptionsRequest {
  @RequestProperty({
    type: 'integer',
    required: false,
    nullable: true,
    minimum: 0,
    maximum: MAX_TIME_TO_LIVE_SECONDS,
    description:
      'seconds for which the service keeps the message for a browser that is unreachable; four weeks when absent',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_TIME_TO_LIVE_SECONDS)
  timeToLiveSeconds?: number | null;

  @RequestProperty({ type: String, enum: URGENCIES, required: false, nullable: true })
  @IsOptional()
  @IsIn(URGENCIES)
  urgency?: (typeof URGENCIES)[number] | null;

  @RequestProperty({
    type: String,
    required: false,
    nullable: true,
    pattern: TOPIC.source,
    description: 'replaces an earlier message of the same topic that was not yet delivered',
  })
  @IsOptional()
  @Matches(TOPIC, { message: '$property must be 1 to 32 characters of base64url' })
  topic?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  badgeUrl?: string | null;

  @OptionalFlag({ example: true, description: "whether each item of the response has the push service's own answer" })
  withServiceResponse?: boolean | null;
}

/** What a push service or Firebase has answered itself. */
export class ServiceAnswer {
  @ApiProperty({ type: 'integer', description: 'the HTTP status' })
  status: number;

  @ApiProperty({ description: 'its beginning, up to 2,048 bytes' })
  body: string;

  @ApiProperty({ type: String, nullable: true, description: 'the header Retry-After, as it came' })
  retryAfter: string | null;

  @ApiProperty({ type: 'integer' })
  durationMs: number;
}
