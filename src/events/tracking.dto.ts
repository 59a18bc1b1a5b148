import { applyDecorators } from '@nestjs/common';
import { ApiParam, ApiQuery } from '@nestjs/swagger';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';

const ENCRYPTED_CONTACT_ID = {
  maxLength: MAX_LENGTH.encryptedId,
  example: 'swxCTS4gQMVIsaM-WpP_LaWIp2xwGpP-r3Md_pt1Jsk',
} as const;

const ENCRYPTED_MESSAGE_ID = {
  maxLength: MAX_LENGTH.encryptedId,
  example: 'uTOloRjtZHhcyWtDOm0p_v3J6r4Y9Q7o6zSfFDzKZJFFxJ_6PWE_lMZ5-mJ1aJ_B',
} as const;

const SIGNATURE = {
  name: 's',
  required: false,
  description:
    'the end of the link, in hours of Unix time to the base 36, and the 22 characters of its signature; a link ' +
    'without may be refused (TRACKING_UNSIGNED_UNTIL)',
  schema: { type: 'string', example: 'ofaolmeWV3ZqXrZNqfYAPli6gQ' },
} as const;

/**
 * Documents the ids and the signature of a route without validating them: a link that is not ours is refused
 * anyway, and the validation costs an eighth of the time of these routes, which are the busiest.
 */
export function ApiTrackingLink(): MethodDecorator {
  const required = { type: 'string', minLength: 1 } as const;
  return applyDecorators(
    ApiParam({ name: 'encryptedContactId', schema: { ...required, ...ENCRYPTED_CONTACT_ID } }),
    ApiParam({ name: 'encryptedMessageId', schema: { ...required, ...ENCRYPTED_MESSAGE_ID } }),
    ApiQuery(SIGNATURE),
  );
}

export class ActionParams {
  @RequiredText({ maxLength: MAX_LENGTH.actionName, example: 'buy' })
  actionName: string;
}

/** More than the head of a request may have (`http-app.ts`). */
const MAX_ENCRYPTED_FIELDS_LENGTH = 32_768;

export class OpenQuery {
  @OptionalText({ maxLength: MAX_LENGTH.actionName, example: 'buy', description: 'the name of the clicked action' })
  action?: string | null;

  @OptionalText({
    maxLength: MAX_ENCRYPTED_FIELDS_LENGTH,
    example: '',
    description: "what the placeholders in the message's links stand for, encrypted by this installation",
  })
  fields?: string | null;
}
