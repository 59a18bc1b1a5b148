/** Focuses the window that shows the link already, or opens one. Does nothing for what is no web address. */
export async function openLink(clients: Clients, link: string): Promise<void> {
  const url = webAddress(link);
  if (url === undefined) return;
  const shown = (await windowsOf(clients)).find((window) => window.url === url);
  await (shown === undefined ? clients.openWindow(url) : shown.focus());
}

/** Focuses a window of the site, or opens one. */
export async function openSite(clients: Clients, siteUrl: string): Promise<void> {
  const [shown] = await windowsOf(clients);
  await (shown === undefined ? clients.openWindow(siteUrl) : shown.focus());
}

/** Also those that this worker does not control, as its scope is apart from the site's pages. */
function windowsOf(clients: Clients): Promise<readonly WindowClient[]> {
  return clients.matchAll({ type: 'window', includeUncontrolled: true });
}

function webAddress(link: string): string | undefined {
  try {
    const { protocol, href } = new URL(link);
    return protocol === 'https:' || protocol === 'http:' ? href : undefined;
  } catch {
    return undefined;
  }
}
