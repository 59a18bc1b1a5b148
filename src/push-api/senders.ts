import { Logger } from '@nestjs/common';
import type { Config } from '../core/config.js';
import type { PushServices } from '../push-services/push-services.js';
import type { DeviceMessages } from './device-messages.js';
import { FirebaseDeviceMessages } from './firebase-device-messages.js';
import { PushServiceCarrier } from './push-service.carrier.js';
import type { SandboxCarrier } from './sandbox.carrier.js';
import type { SandboxDeviceMessages } from './sandbox-device-messages.js';
import { UnconfiguredCarrier } from './unconfigured.carrier.js';
import { UnconfiguredDeviceMessages } from './unconfigured-device-messages.js';
import type { VapidIdentity } from './vapid-authorization.js';
import type { WebPushCarrier } from './web-push-carrier.js';

const logger = new Logger('PushApi');

/** By the credentials: the real sender, or the sandbox. Where production has credentials for Firebase alone, neither. */
export function chooseCarrier(config: Config, services: PushServices, sandbox: SandboxCarrier): WebPushCarrier {
  const identity = vapidIdentity(config);
  if (identity !== undefined) return new PushServiceCarrier(identity, services);
  if (config.production && config.firebase !== undefined) return new UnconfiguredCarrier();
  if (config.production) logger.warn('No VAPID keys: what is sent by Web Push goes to the sandbox and reaches nobody');
  return sandbox;
}

/** As `chooseCarrier`, for device tokens. */
export function chooseDeviceMessages(config: Config, sandbox: SandboxDeviceMessages): Promise<DeviceMessages> {
  if (config.firebase !== undefined) return FirebaseDeviceMessages.connect(config.firebase);
  if (config.production && vapidIdentity(config) !== undefined) {
    return Promise.resolve(new UnconfiguredDeviceMessages());
  }
  if (config.production)
    logger.warn('No Firebase: what is sent to device tokens goes to the sandbox and reaches nobody');
  return Promise.resolve(sandbox);
}

function vapidIdentity({ vapid }: Config): VapidIdentity | undefined {
  const { publicKey, privateKey, subject } = vapid ?? {};
  if (publicKey === undefined || privateKey === undefined || subject === undefined) return undefined;
  return { publicKey, privateKey, subject };
}
