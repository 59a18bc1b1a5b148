import { createFormat } from './format.js';
import { readLanguage, toLocale } from './language.js';

it.each([
  ['en', 'en-US', '12,345', '12.3%', '1 min 30 sec'],
  ['es', 'es-ES', '12.345', '12,3 %', '1 min 30 s'],
] as const)('writes numbers as in %s of %s', (language, locale, number, percent, duration) => {
  const format = createFormat(language, locale);
  const plain = (text: string): string => text.replaceAll(/\s/g, ' ');

  expect([format.number(12_345), format.percent(123, 1_000), format.duration(90)].map(plain)).toEqual([
    number,
    percent,
    duration,
  ]);
});

it.each([
  [0, '0 sec'],
  [59.6, '1 min'],
  [3_600, '1 hr'],
  [4_000, '1 hr 6 min'],
  [3_605, '1 hr'],
  [90_000, '1 day 1 hr'],
  [2_592_000, '30 days'],
])('writes %d seconds as %s', (seconds, written) => {
  expect(createFormat('en', 'en-US').duration(seconds)).toBe(written);
});

it('a share of nothing is no number', () => {
  expect(createFormat('en', 'en').percent(0, 0)).toBe('–');
});

it('a day of the API is the same day in every time zone', () => {
  const format = createFormat('en', 'en-US');

  expect([format.day('2026-11-29'), format.shortDay('2026-01-01')]).toEqual(['Nov 29, 2026', 'Jan 1']);
});

it.each([
  [['es-AR', 'en'], 'es'],
  [['pt-BR', 'es', 'en'], 'es'],
  [['en-GB', 'es'], 'en'],
  [['de', 'fr'], 'en'],
  [['esx', 'ES-mx'], 'es'],
  [[], 'en'],
])('a browser that speaks %j has the texts of %s', (browsers, language) => {
  expect(readLanguage(browsers)).toBe(language);
});

it('numbers are those of the browser’s own locale of the language', () => {
  expect([toLocale('es', ['en-US', 'es-AR']), toLocale('es', ['en-US'])]).toEqual(['es-AR', 'es']);
});
