import { createApp, defineComponent, h } from 'vue';
import { usePushScript } from './use-push-script.js';

const SETTINGS = { api: 'http://localhost:3000', domain: 'shop.localhost', prompt: 'manual' } as const;

const Notifications = defineComponent(() => {
  const status = usePushScript(SETTINGS);
  const button = (label: string, onClick: () => void) => h('button', { onClick }, label);
  return () =>
    h('p', [
      `Notifications: ${status.value} `,
      status.value === 'subscribed'
        ? button('Stop notifications', () => void window.pushScript?.leave())
        : button('Notify me of sales', () => void window.pushScript?.ask()),
    ]);
});

createApp(Notifications).mount('#app');
