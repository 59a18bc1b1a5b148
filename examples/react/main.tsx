import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { usePushScript } from './use-push-script.js';

const SETTINGS = { api: 'http://localhost:3000', domain: 'shop.localhost', prompt: 'manual' } as const;

function Notifications(): React.ReactNode {
  const status = usePushScript(SETTINGS);
  return (
    <p>
      Notifications: {status}{' '}
      {status === 'subscribed' ? (
        <button onClick={() => void window.pushScript?.leave()}>Stop notifications</button>
      ) : (
        <button onClick={() => void window.pushScript?.ask()}>Notify me of sales</button>
      )}
    </p>
  );
}

const root = document.getElementById('app');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Notifications />
    </StrictMode>,
  );
}
