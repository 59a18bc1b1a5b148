import { Logger } from '@nestjs/common';
import type { Config } from '../core/config/config.js';
import type { PushServiceNames } from '../push-services/push-service-names.js';
import type { DeviceTokenSender } from './device-token-sender.js';
import { FirebaseDeviceTokenSender } from './firebase-device-token-sender.js';
import { PushServiceTransport } from './push-service.transport.js';
import type { SandboxTransport } from './sandbox.transport.js';
import type { SandboxDeviceTokenSender } from './sandbox-device-token-sender.js';
import { UnconfiguredTransport } from './unconfigured.transport.js';
import { UnconfiguredDeviceTokenSender } from './unconfigured-device-token-sender.js';
import type { VapidKeys } from './vapid-ring.js';
import type { WebPushTransport } from './web-push-transport.js';

const logger = new Logger('PushApi');

/**
 * Chooses how Web Push messages are sent: to the push services when there is a complete VAPID key pair, else
 * to the sandbox. In production with Firebase credentials only, each Web Push message is refused instead: the
 * sandbox would report deliveries that never happened.
 */
export function chooseTransport(config: Config, sandbox: SandboxTransport, names: PushServiceNames): WebPushTransport {
  const keys = completeVapidKeys(config);
  if (keys !== undefined) {
    const options = { keys, concurrency: config.pushServiceConcurrency };
    return new PushServiceTransport(options, config.pushApi.threads, names);
  }
  if (config.production && config.firebase !== undefined) {
    logger.warn('No VAPID keys: what is sent by Web Push is refused');
    return new UnconfiguredTransport();
  }
  if (config.production) logger.warn('No VAPID keys: what is sent by Web Push goes to the sandbox and reaches nobody');
  return sandbox;
}

/**
 * Chooses how device tokens are sent to: through Firebase when there are credentials, else the sandbox. In
 * production with a VAPID key pair only, each device token is refused instead.
 */
export function chooseDeviceTokenSender(config: Config, sandbox: SandboxDeviceTokenSender): Promise<DeviceTokenSender> {
  if (config.firebase !== undefined) {
    return FirebaseDeviceTokenSender.connect(config.firebase, config.pushServiceConcurrency);
  }
  if (config.production && completeVapidKeys(config) !== undefined) {
    logger.warn('No Firebase: what is sent to device tokens is refused');
    return Promise.resolve(new UnconfiguredDeviceTokenSender());
  }
  if (config.production)
    logger.warn('No Firebase: what is sent to device tokens goes to the sandbox and reaches nobody');
  return Promise.resolve(sandbox);
}

/** The pairs that can sign, as a process that only serves public keys has none; undefined without one. */
function completeVapidKeys({ vapid }: Config): VapidKeys | undefined {
  if (vapid?.subject === undefined) return undefined;
  const { keys, subject } = vapid;
  const identities = keys.flatMap(({ publicKey, privateKey }) =>
    privateKey === undefined ? [] : [{ publicKey, privateKey, subject }],
  );
  return identities.length === 0 ? undefined : { identities, firstKey: keys[0].publicKey };
}
