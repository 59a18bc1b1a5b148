import { toFailure } from '../../../src/push-script/browser/failure.js';
import { installPushScript } from '../../../src/push-script/browser/page/install.js';
import { readSettings, toAttributes } from '../../../src/push-script/browser/page/script-tag.js';

/** Settings of `startPushScript`: those of the tag and of `window.pushScriptOptions`, with domain and API. */
export interface Settings extends PushScriptOptions {
  /** Name of the domain in the API. */
  readonly domain: string;
  /** Address of the API, for example `https://push.example.com`. */
  readonly api: string;
}

/** A bundler makes files of them, which are loaded when they are needed. */
const PARTS = {
  connection: () => import('../../../src/push-script/browser/page/connection.js'),
  softPrompt: () => import('../../../src/push-script/browser/page/soft-prompt.js'),
};

/**
 * Starts PushScript on this page and returns it, also as `window.pushScript`; a further call returns the
 * same. What is wrong with the settings is told by the status `failed` and its reason. Only in browsers: on a
 * server it throws a ReferenceError.
 */
export function startPushScript(settings: Settings): PushScript {
  const pushScript = installPushScript(() => {
    try {
      const apiUrl = new URL(settings.api).href.replace(/\/+$/, '');
      return readSettings({ apiUrl, attributes: toAttributes(settings), pageFirebase: settings, parts: PARTS });
    } catch (error) {
      throw toFailure(error, 'tag-invalid');
    }
  });
  // Vue makes no proxy of what is not a plain object; private members cannot be reached through one.
  return Object.defineProperty(pushScript, Symbol.toStringTag, { value: 'PushScript', configurable: true });
}

/** Calls back after each change of the status. Returns a function that ends this. */
export function watchStatus(onChange: (status: PushScriptStatus, reason: PushScriptReason | null) => void): () => void {
  const listener = ({ detail }: DocumentEventMap['pushscript:status']): void => {
    onChange(detail.status, detail.reason);
  };
  document.addEventListener('pushscript:status', listener);
  return () => {
    document.removeEventListener('pushscript:status', listener);
  };
}
