/**
 * Focuses the window that already shows the link, or opens one, and resolves with it; with null for a page of
 * another origin. Ignores a link that is not http or https.
 */
export async function openLink(clients: Clients, link: string): Promise<WindowClient | null> {
  const url = webAddress(link);
  if (url === undefined) return null;
  const shown = (await findWindows(clients)).find((window) => window.url === url);
  return shown === undefined ? clients.openWindow(url) : shown.focus();
}

/** Focuses a window of the site, or opens one, as `openLink` does. */
export async function openSite(clients: Clients, siteUrl: string): Promise<WindowClient | null> {
  const [shown] = await findWindows(clients);
  return shown === undefined ? clients.openWindow(siteUrl) : shown.focus();
}

/** Finds uncontrolled windows too, because the site's pages are outside the worker's scope. */
function findWindows(clients: Clients): Promise<readonly WindowClient[]> {
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
