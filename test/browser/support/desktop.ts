import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dbus from '@homebridge/dbus-native';

/** A notification that the browser gave to the desktop. */
export interface DesktopNotification {
  readonly id: number;
  readonly title: string;
  /** The browser puts the address of the site before the body of the notification. */
  readonly body: string;
  /** Titles of the buttons by the names that the browser gave them. */
  readonly buttons: Readonly<Record<string, string>>;
}

/**
 * The desktop's notification service (freedesktop.org, "Desktop Notifications Specification") on its own
 * message bus. Chromium uses it even without a screen, so a click reaches the worker as a visitor's click
 * does: trusted, and allowed to open a window.
 */
export interface Desktop {
  /** Variables with which a browser finds it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly notifications: readonly DesktopNotification[];
  click(notification: DesktopNotification): void;
  /** Clicks the button with this title. */
  clickButton(notification: DesktopNotification, title: string): void;
  /** Closes the notification as its visitor does. */
  dismiss(notification: DesktopNotification): void;
  stop(): Promise<void>;
}

/** The parts of the library that its types leave out. */
interface MessageBus {
  readonly connection: { end(): void };
  requestName(name: string, flags: number, done: (error: unknown) => void): void;
  exportInterface(object: object, path: string, description: object): void;
  sendSignal(path: string, name: string, signal: string, signature: string, values: unknown[]): void;
}

const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';
const DESCRIPTION = {
  name: NAME,
  methods: {
    Notify: ['susssasa{sv}i', 'u'],
    CloseNotification: ['u', ''],
    GetCapabilities: ['', 'as'],
    GetServerInformation: ['', 'ssss'],
  },
  signals: { ActionInvoked: ['us'], NotificationClosed: ['uu'] },
};
const DEFAULT_ACTION = 'default';

/** The notification was closed by its user (Desktop Notifications Specification, section 9). */
const CLOSED_BY_USER = 2;

export async function startDesktop(): Promise<Desktop> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-desktop-'));
  const address = `unix:path=${join(folder, 'bus')}`;
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address', `--address=${address}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await untilStarted(daemon);
  const bus = (dbus as unknown as { sessionBus(options: object): MessageBus }).sessionBus({ busAddress: address });
  const notifications: DesktopNotification[] = [];
  bus.exportInterface(notificationService(notifications), PATH, DESCRIPTION);
  await new Promise<void>((resolve, reject) => {
    bus.requestName(NAME, 0, (error) => {
      if (error) reject(new Error(`The bus refused the name: ${JSON.stringify(error)}`));
      else resolve();
    });
  });
  const invoke = ({ id }: DesktopNotification, button: string): void => {
    bus.sendSignal(PATH, NAME, 'ActionInvoked', 'us', [id, button]);
  };
  return {
    environment: { DBUS_SESSION_BUS_ADDRESS: address },
    notifications,
    click: (notification) => {
      invoke(notification, DEFAULT_ACTION);
    },
    clickButton: (notification, title) => {
      const button = Object.entries(notification.buttons).find(([, each]) => each === title)?.[0];
      if (button === undefined) throw new Error(`The notification has no button ${title}`);
      invoke(notification, button);
    },
    dismiss: ({ id }) => {
      bus.sendSignal(PATH, NAME, 'NotificationClosed', 'uu', [id, CLOSED_BY_USER]);
    },
    async stop() {
      bus.connection.end();
      daemon.kill();
      await once(daemon, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The leading parameters of `Notify` (Desktop Notifications Specification, section 9). */
type NotifyParameters = [app: string, replaced: number, icon: string, title: string, body: string, actions: string[]];

function notificationService(notifications: DesktopNotification[]): object {
  return {
    Notify(...[, replaced, , title, body, actions]: NotifyParameters): number {
      const id = replaced === 0 ? notifications.length + 1 : replaced;
      const names = actions.filter((_, index) => index % 2 === 0);
      const buttons = Object.fromEntries(names.map((name, index) => [name, actions[2 * index + 1] ?? '']));
      notifications.push({ id, title, body, buttons });
      return id;
    },
    CloseNotification: () => undefined,
    GetCapabilities: () => ['actions', 'body'],
    GetServerInformation: () => ['stand-in', 'push-contact', '1', '1.2'],
  };
}

async function untilStarted(daemon: ChildProcess): Promise<void> {
  const failed = once(daemon, 'error').then(([error]) => {
    throw new Error(`dbus-daemon does not start (Debian: apt-get install dbus-daemon): ${String(error)}`);
  });
  await Promise.race([once(daemon.stdout as NodeJS.ReadableStream, 'data'), failed]);
}
