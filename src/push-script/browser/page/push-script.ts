import { PageScript } from './page-script.js';
import { readScriptTag } from './script-tag.js';

const tag = readScriptTag();
// Twice on a page is a mistake that must not ask the visitor twice.
if (tag !== undefined && window.pushScript === undefined) install(new PageScript(tag));

function install(pushScript: PushScript): void {
  window.pushScript = pushScript;
  const run = (callback: (pushScript: PushScript) => void): void => {
    try {
      callback(pushScript);
    } catch (error) {
      // The page's own fault, reported as such.
      setTimeout(() => {
        throw error;
      });
    }
  };
  const waiting = window.pushScriptQueue;
  window.pushScriptQueue = { push: run };
  if (Array.isArray(waiting)) (waiting as ((pushScript: PushScript) => void)[]).forEach(run);
}
