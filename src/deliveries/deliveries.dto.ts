import { MAX_LENGTH } from '../core/limits.js';
import { RequiredText } from '../core/request-text.js';

export class SendToDomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;
}
