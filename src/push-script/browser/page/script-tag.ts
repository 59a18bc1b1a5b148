import { textsFor } from './texts.js';
import type { PromptTexts } from './soft-prompt.js';

const MS_A_DAY = 86_400_000;

/** What the page's tag says. */
export interface ScriptTag {
  readonly domain: string;
  readonly apiUrl: string;
  /** The page's own guid for its visitor. */
  readonly visitorGuid: string | undefined;
  /** Path of the worker file on the page's origin, and the scope to register it with. */
  readonly workerUrl: string;
  readonly scope: string;
  /** False where the page calls `ask()` or `subscribe()` itself. */
  readonly asksByItself: boolean;
  /** How long a visitor is left alone with the page first. */
  readonly delayMs: number;
  /** How long a refused soft prompt stays away. */
  readonly askAgainMs: number;
  readonly texts: PromptTexts;
  readonly color: string | undefined;
}

/** The running script's tag; undefined when it names no domain, or an address in it is none. */
export function readScriptTag(): ScriptTag | undefined {
  const script = document.currentScript ?? document.querySelector('script[data-domain][src*="push-script.js"]');
  try {
    return script instanceof HTMLScriptElement ? read(script) : undefined;
  } catch {
    return undefined;
  }
}

function read(script: HTMLScriptElement): ScriptTag | undefined {
  const { domain, api, visitorGuid, worker, scope, prompt, delay, askAgainDays, color, ...texts } = script.dataset;
  if (!domain) return undefined;
  return {
    domain,
    apiUrl: (api ?? new URL('.', script.src).href).replace(/\/+$/, ''),
    visitorGuid,
    workerUrl: new URL(worker ?? '/push-service-worker.js', location.href).href,
    scope: new URL(scope ?? '/push-script/', location.href).href,
    asksByItself: prompt !== 'manual',
    delayMs: numberOf(delay, 5) * 1_000,
    askAgainMs: numberOf(askAgainDays, 90) * MS_A_DAY,
    texts: { ...textsFor(document.documentElement.lang, domain), ...withoutUndefined(texts) },
    color,
  };
}

function numberOf(text: string | undefined, fallback: number): number {
  const value = Number(text ?? fallback);
  return value >= 0 ? value : fallback;
}

function withoutUndefined({ title, text, accept, refuse }: DOMStringMap): Partial<PromptTexts> {
  return {
    ...(title !== undefined && { title }),
    ...(text !== undefined && { text }),
    ...(accept !== undefined && { accept }),
    ...(refuse !== undefined && { refuse }),
  };
}
