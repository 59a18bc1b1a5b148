import {
  PAYLOAD_SOURCE,
  type PushPayload,
  type PushPayloadAction,
  type PushPayloadData,
  type PushPayloadOptions,
} from './payload.js';
import { toFreeRecord } from '../core/validation/free-record.js';
import { isRecord } from '../core/validation/is-record.js';

/**
 * Parses a push message and replaces missing or malformed fields with defaults. It always returns a payload
 * that can be shown and never throws: browsers revoke the permission of a worker that receives a push and
 * shows nothing.
 * @param fallbackTitle the title of a message without one.
 */
export function readPayload(text: string, fallbackTitle: string): PushPayload {
  const { title, body, icon, image, data, actions, options } = parse(text);
  return {
    title: readText(title) ?? fallbackTitle,
    body: readText(body) ?? '',
    icon: readText(icon),
    image: readText(image),
    data: readPayloadData(data),
    actions: Array.isArray(actions) ? actions.flatMap(readAction) : [],
    ...(isRecord(options) && { options: readOptions(options) }),
  };
}

/** What each option must be; `showNotification` throws for some values that it does not know. */
const OPTIONS: Readonly<Record<keyof PushPayloadOptions, (value: unknown) => boolean>> = {
  requireInteraction: isFlag,
  silent: isFlag,
  renotify: isFlag,
  tag: isText,
  badge: isText,
  vibrate: (value) => Array.isArray(value) && value.every((each) => typeof each === 'number'),
  lang: isText,
  dir: (value) => value === 'auto' || value === 'ltr' || value === 'rtl',
};

/** Reads the options that can be shown together (Notifications standard, "create a notification"). */
function readOptions(options: Readonly<Record<string, unknown>>): PushPayloadOptions {
  const valid: Record<string, unknown> = {};
  for (const [name, isValid] of Object.entries(OPTIONS)) if (isValid(options[name])) valid[name] = options[name];
  if (valid.silent === true) delete valid.vibrate;
  if (valid.tag === undefined) delete valid.renotify;
  return valid;
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isText(value: unknown): boolean {
  return readText(value) !== null;
}

/** Members by which a message without a source is recognized: of earlier versions, of Doppler's PushApi. */
const NAMES = ['clickedEventEndpoint', 'receivedEventEndpoint', 'actionEventEndpoints', 'actionClickLinks'];

/** Returns whether the text is a push message of this product, of any version; never throws. */
export function isOwnPayload(text: string): boolean {
  return isOwnData(parse(text).data);
}

/** Returns whether the data is of a message or notification of this product, of any version; never throws. */
export function isOwnData(data: unknown): boolean {
  if (!isRecord(data)) return false;
  return data.source === PAYLOAD_SOURCE || (data.source === undefined && NAMES.some((name) => name in data));
}

/** Reads the data of a notification, which another version of the worker may have written; never throws. */
export function readPayloadData(data: unknown): PushPayloadData {
  const fields = isRecord(data) ? data : {};
  return {
    source: PAYLOAD_SOURCE,
    messageId: readText(fields.messageId),
    clickLink: readText(fields.clickLink),
    clickedEventEndpoint: readText(fields.clickedEventEndpoint),
    receivedEventEndpoint: readText(fields.receivedEventEndpoint),
    actionEventEndpoints: readTexts(fields.actionEventEndpoints),
    actionClickLinks: readTexts(fields.actionClickLinks),
    ...(isRecord(fields.data) && { data: fields.data }),
  };
}

function readAction(value: unknown): PushPayloadAction[] {
  if (!isRecord(value)) return [];
  const action = readText(value.action);
  const title = readText(value.title);
  return action === null || title === null ? [] : [{ action, title, icon: readText(value.icon) }];
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function readTexts(value: unknown): Readonly<Record<string, string>> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return toFreeRecord(entries.filter((entry): entry is [string, string] => readText(entry[1]) !== null));
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
