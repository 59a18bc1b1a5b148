import type { Config } from '../core/config/config.js';
import { PushServiceNames } from './push-service-names.js';

const names = new PushServiceNames({ pushServiceHosts: ['push.example:8443', '*.own.example'] } as unknown as Config);

describe('PushServiceNames', () => {
  it.each([
    ['https://fcm.googleapis.com/fcm/send/secret', 'fcm.googleapis.com'],
    ['https://wns2-par02p.notify.windows.com/w/?token=secret', '*.notify.windows.com'],
    ['https://updates.push.services.mozilla.com/wpush/v2/secret', '*.push.services.mozilla.com'],
    ['https://push.example:8443/secret', 'push.example:8443'],
    ['http://a.own.example/secret', '*.own.example'],
    ['https://push-service.invalid/gone-1', 'push-service.invalid'],
    ['https://push.example/secret', 'other'],
    ['https://secret@fcm.googleapis.com/x', 'other'],
    ['https://fcm.googleapis.com.evil.example/x', 'other'],
    ['https://', 'other'],
    ['secret', 'other'],
    ['', 'other'],
  ])('names the push service of %s as %s', (endpoint, name) => {
    expect([names.name(endpoint), names.name(endpoint)]).toEqual([name, name]);
  });
});
