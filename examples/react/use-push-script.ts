import { useEffect, useSyncExternalStore } from 'react';
import { type Settings, startPushScript, watchStatus } from '@push-contact/push-script';

/** Starts PushScript with the first render, and renders again when its status changes. */
export function usePushScript(settings: Settings): PushScriptStatus {
  useEffect(() => {
    startPushScript(settings);
    // PushScript starts once a page: later settings have no effect.
  }, []);
  return useSyncExternalStore(watchStatus, currentStatus, () => 'starting');
}

function currentStatus(): PushScriptStatus {
  return window.pushScript?.status ?? 'starting';
}
