/** A color of sRGB: red, green and blue from 0 to 255, alpha from 0 to 1. */
export type Color = readonly [red: number, green: number, blue: number, alpha: number];

/** The contrast that text needs (WCAG 2.2, success criterion 1.4.3, level AA). */
const MIN_CONTRAST = 4.5;

const WHITE: Color = [255, 255, 255, 1];

/**
 * Parses a color as browsers serialize computed ones: `rgb(…)`, `rgba(…)`, or `color(srgb …)` with channels
 * from 0 to 1 (CSS Color 4, section 15). Undefined for other forms.
 */
export function parseComputedColor(text: string): Color | undefined {
  const [, name, channels] = /^(rgba?|color)\((?:srgb )?([-+.e,/ \d]*)\)$/.exec(text) ?? [];
  const numbers = channels?.match(/[\d.e+-]+/g)?.map(Number) ?? [];
  const [red, green, blue, alpha = 1] = numbers;
  if (red === undefined || green === undefined || blue === undefined || numbers.some(Number.isNaN)) return undefined;
  const scale = name === 'color' ? 255 : 1;
  return [red * scale, green * scale, blue * scale, alpha];
}

/** Returns the opaque color that is seen when this one lies on white, in whole channels of sRGB. */
export function toOpaque([red, green, blue, alpha]: Color): Color {
  const mix = (channel: number): number => Math.round(Math.min(255, Math.max(0, channel)) * alpha + 255 * (1 - alpha));
  return [mix(red), mix(green), mix(blue), 1];
}

/**
 * Returns white where it is readable on this opaque color, otherwise black. One of them always is: where
 * white has a contrast below 4.5, black has one of at least 4.66.
 */
export function readableOn(background: Color): 'white' | 'black' {
  return contrast(WHITE, background) >= MIN_CONTRAST ? 'white' : 'black';
}

/** Computes the contrast ratio of two opaque colors, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Color, other: Color): number {
  const [first, second] = [luminance(one) + 0.05, luminance(other) + 0.05];
  return Math.max(first, second) / Math.min(first, second);
}

/** WCAG 2.2, "relative luminance". */
function luminance([red, green, blue]: Color): number {
  const linear = (channel: number): number => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
