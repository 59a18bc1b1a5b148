import { type Color, parseComputedColor, readableOn, toOpaque } from '../../contrast.js';

/** A dark green, on which white has a contrast of 9.1. */
const DEFAULT: Color = [20, 83, 45, 1];

/**
 * Gives the connected button this color, and black or white text, whichever is readable on it (WCAG 2.2,
 * 1.4.3). A transparent color is laid on white. What is no color is replaced by the default.
 * @param color any CSS color, also `var(…)` of the page.
 */
export function applyAcceptColor(button: HTMLElement, color: string | undefined): void {
  const background = toOpaque((color === undefined ? undefined : computeColor(button, color)) ?? DEFAULT);
  button.style.background = `rgb(${background.slice(0, 3).join()})`;
  button.style.color = readableOn(background);
}

/** Lets the browser compute the color; mixing it with nothing turns every color space into sRGB. */
function computeColor(button: HTMLElement, color: string): Color | undefined {
  const { style } = button;
  const compute = (value: string): Color | undefined => {
    style.backgroundColor = '';
    style.backgroundColor = value;
    return style.backgroundColor === '' ? undefined : parseComputedColor(getComputedStyle(button).backgroundColor);
  };
  return compute(`color-mix(in srgb, ${color} 100%, transparent)`) ?? compute(color);
}
