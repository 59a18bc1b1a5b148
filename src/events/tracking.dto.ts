import { MAX_LENGTH } from '../core/limits.js';
import { RequiredText } from '../core/request-text.js';

export class TrackingParams {
  @RequiredText({ maxLength: MAX_LENGTH.encryptedId, example: 'swxCTS4gQMVIsaM-WpP_LaWIp2xwGpP-r3Md_pt1Jsk' })
  encryptedContactId: string;

  @RequiredText({
    maxLength: MAX_LENGTH.encryptedId,
    example: 'uTOloRjtZHhcyWtDOm0p_v3J6r4Y9Q7o6zSfFDzKZJFFxJ_6PWE_lMZ5-mJ1aJ_B',
  })
  encryptedMessageId: string;
}

export class ActionTrackingParams extends TrackingParams {
  @RequiredText({ maxLength: MAX_LENGTH.actionName, example: 'buy' })
  actionName: string;
}
