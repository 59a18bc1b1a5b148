import type { SubscriptionChannel } from './subscription-channel.js';

type ChannelOfWindow = Omit<SubscriptionChannel, 'obstacle'>;

/**
 * Creates the channel of an external push domain, whose code is loaded at once: a browser lets a window open
 * only in the handler of a click, which cannot wait for a file.
 */
export function remoteChannel(load: () => Promise<ChannelOfWindow>): SubscriptionChannel {
  let loading: Promise<ChannelOfWindow> | undefined;
  const channel = (): Promise<ChannelOfWindow> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  // A failure is reported by the call that needs the channel.
  channel().catch(() => undefined);
  return {
    // An insecure page cannot detect support; there the window reports it.
    obstacle: !isSecureContext || 'PushManager' in window ? undefined : 'browser-unsupported',
    resume: async (how) => (await channel()).resume(how),
    subscribe: async () => (await channel()).subscribe(),
    leave: async () => (await channel()).leave(),
  };
}
