import { MAX_LENGTH } from '../core/validation/limits.js';
import { OptionalText } from '../core/validation/request-text.js';

export class UtmRequest {
  @OptionalText({ maxLength: MAX_LENGTH.utm, example: 'push' })
  source?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.utm, example: 'notification' })
  medium?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.utm, example: 'summer-sale' })
  campaign?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.utm, example: 'button' })
  content?: string | null;
}
