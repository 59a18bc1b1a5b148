import { Failure, toFailure } from '../failure.js';
import { type Parts, partsOfApi } from './parts.js';
import type { SoftPromptSettings } from './soft-prompt-dialog.js';

const MS_A_DAY = 86_400_000;

/** What a page that uses Firebase itself gives of it. */
export type PageFirebase = Pick<PushScriptOptions, 'firebase' | 'getFirebaseToken' | 'deleteFirebaseToken'>;

/** The settings in the attributes of the page's script tag and in `pushScriptOptions`, with defaults. */
export interface ScriptTag {
  readonly domain: string;
  readonly apiUrl: string;
  /** The guid that the page gives its visitor. */
  readonly visitorGuid: string | undefined;
  /** URL of the worker file on the page's origin. */
  readonly workerUrl: string;
  /** URL of the scope to register the worker with. */
  readonly scope: string;
  /** False when the page calls `ask()` or `subscribe()` itself. */
  readonly asksByItself: boolean;
  /** How long to wait before the soft prompt is shown. */
  readonly delayMs: number;
  /** How long a refused soft prompt is not shown again. */
  readonly askAgainMs: number;
  /** How long a soft prompt that was closed without a decision is not shown again. */
  readonly laterMs: number;
  /** Whether visitors on iOS are told how to add the site to the home screen. */
  readonly showsHomeScreenHint: boolean;
  readonly softPrompt: SoftPromptSettings;
  readonly pageFirebase: PageFirebase;
  readonly parts: Parts;
}

/** Where the settings are: the API's URL, attributes or options as texts, and the files to load later. */
export interface Settings {
  readonly apiUrl: string;
  readonly attributes: DOMStringMap;
  readonly pageFirebase: PageFirebase;
  readonly parts: Parts;
}

/**
 * Finds the tag of the running script, which can be called only while the script runs; the returned function
 * reads it. Tag managers drop `data-` attributes, so the domain may also be in the script's URL (`?domain=`)
 * or in `pushScriptOptions`, in this order. It throws a Failure when there is none, or a URL is invalid.
 */
export function findScriptTag(): () => ScriptTag {
  const script = document.currentScript ?? document.querySelector('script[src*="push-script.js"]');
  return () => {
    try {
      if (script instanceof HTMLScriptElement) return readScript(script);
      throw new Error('there is no script element');
    } catch (error) {
      throw toFailure(error, 'tag-invalid');
    }
  };
}

/** Reads settings. Throws a Failure without a domain, and a TypeError for an invalid URL. */
export function readSettings({ apiUrl, attributes, pageFirebase, parts }: Settings): ScriptTag {
  const { domain, visitorGuid, worker, scope, prompt, delay, askAgainDays, laterDays, homeScreenHint } = attributes;
  if (!domain) throw new Failure('domain-missing');
  return {
    domain,
    apiUrl,
    visitorGuid,
    workerUrl: new URL(worker ?? '/push-service-worker.js', location.href).href,
    scope: new URL(scope ?? '/push-script/', location.href).href,
    asksByItself: prompt !== 'manual',
    // A longer time would overflow in setTimeout, and be none.
    delayMs: Math.min(readNumber(delay, 5) * 1_000, 2 ** 31 - 1),
    askAgainMs: readNumber(askAgainDays, 90) * MS_A_DAY,
    laterMs: readNumber(laterDays, 7) * MS_A_DAY,
    showsHomeScreenHint: homeScreenHint !== undefined && homeScreenHint !== 'false',
    softPrompt: { domain, attributes },
    pageFirebase,
    parts,
  };
}

/** Returns the options as the texts that attributes would have. */
export function toAttributes(options: PushScriptOptions): DOMStringMap {
  const entries = Object.entries(options) as [string, string | number | boolean | null | undefined][];
  return Object.fromEntries(entries.map(([name, value]) => [name, value?.toString()]));
}

function readScript({ dataset, src }: HTMLScriptElement): ScriptTag {
  const options = window.pushScriptOptions ?? {};
  const ofUrl = src === '' ? null : new URL(src).searchParams.get('domain');
  const domain = [dataset.domain, ofUrl, options.domain].map((each) => each?.trim()).find(Boolean);
  // Attributes come first.
  const attributes: DOMStringMap = Object.assign(toAttributes(options), dataset, { domain });
  const apiUrl = (attributes.api ?? new URL('.', src).href).replace(/\/+$/, '');
  return readSettings({ apiUrl, attributes, pageFirebase: options, parts: partsOfApi(apiUrl) });
}

function readNumber(text = '', fallback: number): number {
  const value = Number(text);
  return value >= 0 && text.trim() !== '' ? value : fallback;
}
