import { MAX_LENGTH } from '../../core/validation/limits.js';
import { RequiredText } from '../../core/validation/request-text.js';

export class ComposeParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  name: string;
}
