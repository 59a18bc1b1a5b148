import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type FreeMap, OptionalMap } from '../../core/validation/request-map.js';
import { MessageRequest } from '../../messages/messages.dto.js';
import { WarningResponse } from '../../messages/warnings.dto.js';
import { FIELDS } from '../accept/accept.dto.js';

/** A message as `POST /messages/domains/{domain}` has it, with example values for its placeholders. */
export class MessagePreviewRequest extends MessageRequest {
  @OptionalMap({ ...FIELDS, selfRequired: false, nullable: true })
  fields?: FreeMap | null;
}

@ApiSchema({ name: 'ServicePreviewAnswer' })
class ServicePreviewResponse {
  @ApiProperty({
    description: 'as in `waitingFor` of the progress; firebase is all device tokens',
    example: 'firebase',
  })
  service: string;

  @ApiProperty({ enum: ['classic', 'declarative', 'firebase'], description: 'declarative is for Safari' })
  format: 'classic' | 'declarative' | 'firebase';

  @ApiProperty({
    type: 'integer',
    example: 1_120,
    description: 'what is sent: the encrypted body, of Firebase the message; of what does not fit, all of it',
  })
  bytes: number;

  @ApiProperty({ type: 'integer', example: 1_120, description: 'before title and body are shortened' })
  wholeBytes: number;

  @ApiProperty({ type: 'integer', example: 4_096 })
  limitBytes: number;

  @ApiProperty({ description: 'false: contacts of this service get nothing (413); links and data are too long' })
  fits: boolean;

  @ApiProperty({ enum: ['title', 'body'], isArray: true, description: 'what is shortened until it fits' })
  shortened: readonly ('title' | 'body')[];

  @ApiProperty({ description: 'as it is sent', example: 'Summer sale' })
  title: string;

  @ApiProperty({ description: 'as it is sent', example: 'Everything at half price until Sunday.' })
  body: string;
}

@ApiSchema({ name: 'PlaceholderAnswer' })
class PlaceholderResponse {
  @ApiProperty({ example: 'name' })
  name: string;

  @ApiProperty({ enum: ['title', 'body', 'links', 'images'], isArray: true })
  places: readonly ('title' | 'body' | 'links' | 'images')[];

  @ApiProperty({ description: 'whether `fields` has one; else the placeholder itself is measured' })
  hasValue: boolean;
}

@ApiSchema({ name: 'MessagePreviewAnswer' })
export class MessagePreviewResponse {
  @ApiProperty({ type: ServicePreviewResponse, isArray: true })
  services: readonly ServicePreviewResponse[];

  @ApiProperty({ type: PlaceholderResponse, isArray: true, description: 'each once' })
  placeholders: readonly PlaceholderResponse[];

  @ApiProperty({ type: WarningResponse, isArray: true, description: 'those that a send would have' })
  warnings: readonly WarningResponse[];
}
