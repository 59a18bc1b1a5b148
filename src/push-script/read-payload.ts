import type { PushPayload, PushPayloadAction, PushPayloadData } from './payload.js';

/**
 * Reads a push message and puts in place whatever of it is missing or malformed. It always answers something to show, since
 * browsers take the permission away from a worker that receives a push and shows nothing.
 * @param fallbackTitle shown where the message has no title.
 */
export function readPayload(text: string, fallbackTitle: string): PushPayload {
  const { title, body, icon, image, data, actions } = parse(text);
  return {
    title: textOf(title) ?? fallbackTitle,
    body: textOf(body) ?? '',
    icon: textOf(icon),
    image: textOf(image),
    data: readPayloadData(data),
    actions: Array.isArray(actions) ? actions.flatMap(readAction) : [],
  };
}

/** Reads a notification's data, which another version of the worker may have written. */
export function readPayloadData(data: unknown): PushPayloadData {
  const fields = isRecord(data) ? data : {};
  return {
    messageId: textOf(fields.messageId),
    clickLink: textOf(fields.clickLink),
    clickedEventEndpoint: textOf(fields.clickedEventEndpoint),
    receivedEventEndpoint: textOf(fields.receivedEventEndpoint),
    actionEventEndpoints: textsOf(fields.actionEventEndpoints),
    actionClickLinks: textsOf(fields.actionClickLinks),
  };
}

function readAction(value: unknown): PushPayloadAction[] {
  if (!isRecord(value)) return [];
  const action = textOf(value.action);
  const title = textOf(value.title);
  return action === null || title === null ? [] : [{ action, title, icon: textOf(value.icon) }];
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function textsOf(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => textOf(entry[1]) !== null));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
