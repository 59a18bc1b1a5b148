/** How many lines and characters of a text are shown. */
export interface TextLimit {
  readonly lines: number;
  readonly characters: number;
}

/** How a browser shows notifications. */
export interface Platform {
  readonly name: 'chromeWindows' | 'chromeMac' | 'chromeAndroid' | 'safari';
  readonly title: TextLimit;
  readonly body: TextLimit;
  readonly icon: boolean;
  readonly image: boolean;
  readonly badge: boolean;
  /** Buttons that are shown. */
  readonly actions: number;
}

/** `Notification.maxActions` of Chromium (Notifications standard, "maximum number of actions"). */
const CHROME_ACTIONS = 2;

/**
 * What is shown of a notification when it arrives. Characters are of average width: how many fit depends on
 * the letters, the font's size, the window and the version, and no vendor documents them. So these are
 * measurements that senders publish, the lower one where they differ:
 *
 * - Chrome on Windows: title 70 characters in 2 lines, body 140 in 4, image (doc.batch.com, "What is the
 *   optimal length for every web push notification?"; pushowl.com measures 70 and 141).
 * - Chrome on macOS, in the system's form: title 35 in a line (the same page), body 80 in 2 (getfirepush.com,
 *   "Push character limits"); no image (doc.batch.com, "Push": only on Windows and Android).
 * - Chrome on Android, collapsed: title 40 (getfirepush.com), body a line of 50 (doc.batch.com, "What is the
 *   optimal length for every iOS/Android push notification?"); all of the body once it is expanded.
 * - Safari on macOS: title 30, body 120 in 4 lines (getfirepush.com). It shows the icon of the browser or web
 *   app, neither image nor actions (developer.mozilla.org, compatibility of `showNotification`).
 */
export const PLATFORMS: readonly Platform[] = [
  {
    ...{ name: 'chromeWindows', title: { lines: 2, characters: 70 }, body: { lines: 4, characters: 140 } },
    ...{ icon: true, image: true, badge: false, actions: CHROME_ACTIONS },
  },
  {
    ...{ name: 'chromeMac', title: { lines: 1, characters: 35 }, body: { lines: 2, characters: 80 } },
    ...{ icon: true, image: false, badge: false, actions: CHROME_ACTIONS },
  },
  {
    ...{ name: 'chromeAndroid', title: { lines: 1, characters: 40 }, body: { lines: 1, characters: 50 } },
    ...{ icon: true, image: true, badge: true, actions: CHROME_ACTIONS },
  },
  {
    ...{ name: 'safari', title: { lines: 1, characters: 30 }, body: { lines: 4, characters: 120 } },
    ...{ icon: false, image: false, badge: false, actions: 0 },
  },
];

/** A text in two parts; `cut` is empty where all of it is shown. */
export interface ShownText {
  readonly shown: string;
  readonly cut: string;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Divides a text into what is shown and what is cut, at the border of a character as people see it. */
export function divideText(text: string, { lines, characters }: TextLimit): ShownText {
  const ends = [findEndOfLines(text, lines), findEndOfCharacters(text, characters)];
  const end = Math.min(...ends);
  return { shown: text.slice(0, end), cut: text.slice(end) };
}

function findEndOfLines(text: string, lines: number): number {
  let end = -1;
  for (let line = 0; line < lines; line += 1) {
    end = text.indexOf('\n', end + 1);
    if (end === -1) return text.length;
  }
  return end;
}

function findEndOfCharacters(text: string, characters: number): number {
  const all = [...graphemes.segment(text)];
  return all[characters]?.index ?? text.length;
}

/** Writes example values in the place of their placeholders; the others stay, as in what is sent. */
export function fillPlaceholders(text: string, fields: Readonly<Record<string, string>>): string {
  return text.replace(/\[\[\[([\p{L}\p{N}_.-]+)\]\]\]/gu, (placeholder, name: string) => {
    const value = fields[name.toLowerCase()];
    return value === undefined || value === '' ? placeholder : value;
  });
}
