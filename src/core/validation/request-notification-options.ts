import { IsArray, IsIn, IsInt, IsOptional, Max, Min, ValidateBy, type ValidationArguments } from 'class-validator';
import { MAX_LENGTH } from './limits.js';
import { type Direction, DIRECTIONS } from './notification-options.js';
import { OptionalFlag } from './request-flag.js';
import { OptionalJsonObject } from './request-json.js';
import { RequestProperty } from './request-property.js';
import { OptionalText } from './request-text.js';

/** Chromium plays this many vibrations and pauses, each of at most 10 s (its `VibrationController`). */
const MAX_VIBRATIONS = 99;
const MAX_VIBRATION_MS = 10_000;

const MAX_DATA_BYTES = 1_024;

/**
 * The options of a request that say how its notification is shown (Notifications standard,
 * `NotificationOptions`). Two combinations, for which showing it would throw a TypeError, are invalid.
 */
export class NotificationOptionsRequest {
  @OptionalFlag({ example: true, description: 'stays on the screen until the visitor reacts, where supported' })
  requireInteraction?: boolean | null;

  @OptionalFlag({ example: false, description: 'true for neither sound nor vibration' })
  silent?: boolean | null;

  @OptionalFlag({ example: true, description: 'alerts again where it replaces one of the same tag, which it needs' })
  @IsConsistent('renotify', 'needs a tag', ({ renotify, tag }) => renotify !== true || Boolean(tag))
  renotify?: boolean | null;

  @OptionalText({
    maxLength: MAX_LENGTH.tag,
    example: 'sale',
    description: "a notification replaces a shown one of the same tag; the message's id when absent",
  })
  tag?: string | null;

  @RequestProperty({
    type: 'integer',
    isArray: true,
    required: false,
    nullable: true,
    maxItems: MAX_VIBRATIONS,
    example: [200, 100, 200],
    description: `milliseconds of vibration and pause in turn, each at most ${MAX_VIBRATION_MS}; not with silent`,
  })
  @IsOptional()
  @IsArray()
  @IsInt({ each: true })
  @Min(0, { each: true })
  @Max(MAX_VIBRATION_MS, { each: true })
  @IsConsistent('vibrate', 'must be absent where silent is true', ({ silent }) => silent !== true)
  vibrate?: number[] | null;

  @OptionalText({ maxLength: MAX_LENGTH.language, example: 'es-AR', description: 'a language tag (BCP 47)' })
  @IsLanguageTagOrEmpty()
  language?: string | null;

  @RequestProperty({
    type: String,
    enum: DIRECTIONS,
    required: false,
    nullable: true,
    example: 'ltr',
    description: 'in which title and body are written',
  })
  @IsOptional()
  @IsIn(DIRECTIONS)
  direction?: Direction | null;

  @OptionalJsonObject({
    maxBytes: MAX_DATA_BYTES,
    example: { orderId: 4711 },
    description: `handed to the page that a click opens; at most ${MAX_DATA_BYTES} bytes`,
  })
  data?: Record<string, unknown> | null;
}

/** Rejects a property, where it is given, unless it agrees with the others of its request. */
function IsConsistent(
  property: string,
  predicate: string,
  isConsistent: (request: NotificationOptionsRequest) => boolean,
): PropertyDecorator {
  return ValidateBy({
    name: 'isConsistent',
    validator: {
      validate: (_, args?: ValidationArguments) => isConsistent(args?.object as NotificationOptionsRequest),
      defaultMessage: () => `${property} ${predicate}`,
    },
  });
}

function IsLanguageTagOrEmpty(): PropertyDecorator {
  return ValidateBy({
    name: 'isLanguageTagOrEmpty',
    validator: { validate: isLanguageTagOrEmpty, defaultMessage: () => '$property must be a language tag, as es-AR' },
  });
}

function isLanguageTagOrEmpty(value: unknown): boolean {
  if (value === '') return true;
  try {
    return Intl.getCanonicalLocales(value as string).length === 1;
  } catch {
    return false;
  }
}
