import { PageScript } from './page-script.js';
import type { ScriptTag } from './script-tag.js';

/**
 * Starts PushScript, sets `window.pushScript` and runs the page's waiting callbacks. Returns the page's
 * PushScript, which is another one if it was there already: a page must not prompt the visitor twice.
 * @param readTag reads the settings; may throw a Failure.
 */
export function installPushScript(readTag: () => ScriptTag): PushScript {
  if (window.pushScript !== undefined) return window.pushScript;
  const pushScript = new PageScript();
  window.pushScript = pushScript;
  pushScript.start(readTag);
  runQueue(pushScript);
  return pushScript;
}

function runQueue(pushScript: PushScript): void {
  const run = (callback: (pushScript: PushScript) => void): void => {
    try {
      callback(pushScript);
    } catch (error) {
      // An error of the page's own callback: reported as uncaught, and the other callbacks still run.
      setTimeout(() => {
        throw error;
      });
    }
  };
  const waiting = window.pushScriptQueue;
  window.pushScriptQueue = { push: run };
  if (Array.isArray(waiting)) (waiting as ((pushScript: PushScript) => void)[]).forEach(run);
}
