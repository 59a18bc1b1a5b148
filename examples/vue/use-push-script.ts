import { onMounted, onUnmounted, ref, type Ref } from 'vue';
import { type Settings, startPushScript, watchStatus } from '@push-contact/push-script';

/** Starts PushScript when the component is mounted, and follows its status. */
export function usePushScript(settings: Settings): Readonly<Ref<PushScriptStatus>> {
  const status = ref<PushScriptStatus>('starting');
  let end: (() => void) | undefined;
  onMounted(() => {
    end = watchStatus((current) => {
      status.value = current;
    });
    status.value = startPushScript(settings).status;
  });
  onUnmounted(() => end?.());
  return status;
}
