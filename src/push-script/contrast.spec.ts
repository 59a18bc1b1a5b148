import { type Color, contrast, parseComputedColor, readableOn, toOpaque } from './contrast.js';

const TEXTS = { white: [255, 255, 255, 1], black: [0, 0, 0, 1] } as const;

describe('parseComputedColor', () => {
  it.each<[string, Color]>([
    ['rgb(20, 83, 45)', [20, 83, 45, 1]],
    ['rgba(20, 83, 45, 0.5)', [20, 83, 45, 0.5]],
    ['color(srgb 1 0.2 0)', [255, 51, 0, 1]],
    ['color(srgb 1 0.2 0 / 0.25)', [255, 51, 0, 0.25]],
    ['color(srgb 1.2 -0.2 1e-7)', [306, -51, 0.0000255, 1]],
  ])('reads %s', (text, color) => {
    const parsed = parseComputedColor(text) ?? [];

    expect(parsed.map((number) => Number(number.toFixed(9)))).toEqual(color.map((number) => Number(number.toFixed(9))));
  });

  it.each(['', 'red', 'oklch(0.7 0.1 200)', 'color(display-p3 1 0 0)', 'rgb()', 'color(srgb 1 none 0)'])(
    'returns undefined for %j',
    (text) => {
      expect(parseComputedColor(text)).toBeUndefined();
    },
  );
});

describe('toOpaque', () => {
  it('lays a transparent color on white and keeps the channels within sRGB', () => {
    expect(toOpaque([0, 0, 0, 0])).toEqual([255, 255, 255, 1]);
    expect(toOpaque([0, 0, 0, 0.5])).toEqual([128, 128, 128, 1]);
    expect(toOpaque([306, -51, 10.4, 1])).toEqual([255, 0, 10, 1]);
  });
});

describe('readableOn', () => {
  it.each<[Color, 'white' | 'black']>([
    [[20, 83, 45, 1], 'white'],
    [[255, 235, 59, 1], 'black'],
    [[118, 118, 118, 1], 'white'],
    [[120, 120, 120, 1], 'black'],
  ])('of %j is %s', (color, text) => {
    expect(readableOn(color)).toBe(text);
  });

  it('has a contrast of at least 4.5 on every color', () => {
    const channels = Array.from({ length: 18 }, (_, step) => step * 15);
    const colors = channels.flatMap((red) =>
      channels.flatMap((green) => channels.map((blue): Color => [red, green, blue, 1])),
    );

    const lowest = Math.min(...colors.map((color) => contrast(TEXTS[readableOn(color)], color)));

    expect(lowest).toBeGreaterThanOrEqual(4.5);
    expect(lowest).toBeLessThan(4.7);
  });
});

describe('contrast', () => {
  it('is 21 for black on white in either order, and 1 for a color on itself', () => {
    expect(contrast(TEXTS.black, TEXTS.white)).toBeCloseTo(21, 10);
    expect(contrast(TEXTS.white, TEXTS.black)).toBeCloseTo(21, 10);
    expect(contrast([9, 9, 9, 1], [9, 9, 9, 1])).toBe(1);
  });
});
