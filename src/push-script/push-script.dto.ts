import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { OptionalText } from '../core/validation/request-text.js';
import { VAPID_KEY_EXAMPLE } from '../core/validation/request-vapid-key.js';

export class PushScriptConfigurationQuery {
  @OptionalText({
    maxLength: MAX_LENGTH.domain,
    example: 'example.com',
    description: 'the domain of the page, which may have a key of its own; without it the default key',
  })
  domain?: string;
}

@ApiSchema({ name: 'PushScriptConfigurationAnswer' })
export class PushScriptConfigurationResponse {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Key to subscribe to Web Push with (RFC 8292), base64url; null where none is set',
    example: VAPID_KEY_EXAMPLE,
  })
  vapidPublicKey: string | null;
}
