import { ValidateBy } from 'class-validator';

/**
 * A request line of Kestrel, on which Doppler's PushApi runs, has at most 8,192 bytes (learn.microsoft.com,
 * "KestrelServerLimits.MaxRequestLineSize"); 192 are for the rest of it.
 */
const MAX_ENCODED_LENGTH = 8_000;

/** Rejects a device token that is too long for the path `/devices/{token}` of PushApi, which checks it. */
export function FitsIntoPath(): PropertyDecorator {
  return ValidateBy({
    name: 'fitsIntoPath',
    validator: {
      validate: (value) => typeof value !== 'string' || encodedLength(value) <= MAX_ENCODED_LENGTH,
      defaultMessage: () => `$property must have at most ${MAX_ENCODED_LENGTH} characters when it is encoded`,
    },
  });
}

function encodedLength(text: string): number {
  // A lone surrogate, which is refused elsewhere, cannot be encoded.
  return encodeURIComponent(Buffer.from(text).toString()).length;
}
