import type { Translations } from '../../texts/language.js';
import { en } from './texts-en.js';
import { es } from './texts-es.js';

export const composeTexts: Translations<typeof en> = { en, es };
