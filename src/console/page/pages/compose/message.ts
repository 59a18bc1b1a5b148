import type { Schema } from '../../api/api-types.js';
import type { Draft } from './draft.js';

type MessageBody = Schema<'MessageRequest'>;

/** Why a field is not sent: its text is no JSON object or no list of numbers, or its time is over. */
export type DraftFault = 'notJson' | 'notNumbers' | 'isPast';

/** A draft as the API takes it; what is empty is left out. */
export interface ReadDraft {
  readonly message: MessageBody;
  /** By the name of the property. */
  readonly faults: Readonly<Record<string, DraftFault>>;
}

const TEXTS = [
  'onClickLink',
  'imageUrl',
  'iconUrl',
  'badgeUrl',
  'tag',
  'language',
  'direction',
  'urgency',
  'topic',
] as const;
const FLAGS = ['requireInteraction', 'silent', 'renotify'] as const;
const NUMBERS = ['timeToLiveSeconds', 'ratePerMinute'] as const;

/**
 * Reads a draft. What the API checks itself is not checked here: it names the fields. It takes a past
 * `sendAt`, and sends at once; who writes one here has most likely mistaken the date.
 */
export function readMessage(draft: Draft, now = new Date()): ReadDraft {
  const data = readData(draft.data);
  const vibrate = readVibrations(draft.vibrate);
  const utm = readUtm(draft);
  const given = {
    ...pick(TEXTS, (name) => draft[name].trim() || undefined),
    ...pick(FLAGS, (name) => draft[name] || undefined),
    ...pick(NUMBERS, (name) => (draft[name] === '' ? undefined : Number(draft[name]))),
    ...(draft.imageUrl.trim() !== '' && { preferLargeImage: draft.preferLargeImage }),
    ...(draft.actions.length > 0 && { actions: draft.actions.map((action) => ({ ...action })) }),
    ...(draft.sendAt !== '' && { sendAt: new Date(draft.sendAt).toISOString() }),
    ...(Object.keys(utm).length > 0 && { utm }),
    ...(typeof data === 'object' && { data }),
    ...(Array.isArray(vibrate) && { vibrate }),
  };
  const faults = {
    ...(data === 'notJson' && { data }),
    ...(vibrate === 'notNumbers' && { vibrate }),
    ...(isPast(draft, now) && { sendAt: 'isPast' as const }),
  };
  return { message: { title: draft.title, body: draft.body, ...given }, faults };
}

/** Whether there is enough to ask the API for a preview. */
export function isStarted({ title, body }: Draft): boolean {
  return title.trim() !== '' && body.trim() !== '';
}

function isPast({ sendAt }: Draft, now: Date): boolean {
  return sendAt !== '' && new Date(sendAt) < now;
}

function readData(text: string): Record<string, unknown> | 'notJson' | undefined {
  if (text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : 'notJson';
  } catch {
    return 'notJson';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readVibrations(text: string): number[] | 'notNumbers' | undefined {
  if (text.trim() === '') return undefined;
  const numbers = text.split(/[\s,]+/).filter((part) => part !== '');
  return numbers.every((part) => /^\d+$/.test(part)) ? numbers.map(Number) : 'notNumbers';
}

function readUtm({ utmSource, utmMedium, utmCampaign, utmContent }: Draft): Record<string, string> {
  const all = { source: utmSource, medium: utmMedium, campaign: utmCampaign, content: utmContent };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value.trim() !== ''));
}

function pick<N extends string>(names: readonly N[], read: (name: N) => unknown): Record<string, unknown> {
  const entries = names.map((name) => [name, read(name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
