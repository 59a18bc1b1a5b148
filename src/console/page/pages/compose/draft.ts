/** A button as it is being written. */
export interface DraftAction {
  readonly title: string;
  readonly link: string;
  readonly icon: string;
}

/** A message as it is being written: every value as its field has it. */
export interface Draft {
  readonly title: string;
  readonly body: string;
  readonly onClickLink: string;
  readonly imageUrl: string;
  readonly iconUrl: string;
  readonly badgeUrl: string;
  readonly preferLargeImage: boolean;
  readonly actions: readonly DraftAction[];
  readonly requireInteraction: boolean;
  readonly silent: boolean;
  readonly renotify: boolean;
  readonly tag: string;
  /** Milliseconds, with commas between them. */
  readonly vibrate: string;
  readonly language: string;
  readonly direction: string;
  /** JSON. */
  readonly data: string;
  readonly urgency: string;
  readonly topic: string;
  readonly timeToLiveSeconds: string;
  /** As a field of date and time has it, in the browser's time zone. */
  readonly sendAt: string;
  readonly ratePerMinute: string;
  readonly utmSource: string;
  readonly utmMedium: string;
  readonly utmCampaign: string;
  readonly utmContent: string;
  /** Example values of placeholders, by name in lower case. */
  readonly fields: Readonly<Record<string, string>>;
}

export const EMPTY_ACTION: DraftAction = { title: '', link: '', icon: '' };

export const EMPTY_DRAFT: Draft = {
  ...{ title: '', body: '', onClickLink: '', imageUrl: '', iconUrl: '', badgeUrl: '', preferLargeImage: true },
  ...{ actions: [], requireInteraction: false, silent: false, renotify: false, tag: '', vibrate: '' },
  ...{ language: '', direction: '', data: '', urgency: '', topic: '', timeToLiveSeconds: '', sendAt: '' },
  ...{ ratePerMinute: '', utmSource: '', utmMedium: '', utmCampaign: '', utmContent: '', fields: {} },
};

/** Reads a draft that was kept; an empty one where there is none. */
export function parseDraft(text = '{}'): Draft {
  try {
    const stored: unknown = JSON.parse(text);
    return { ...EMPTY_DRAFT, ...(stored as Partial<Draft>) };
  } catch {
    return EMPTY_DRAFT;
  }
}
