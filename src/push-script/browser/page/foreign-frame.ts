/** Whether the page is in a frame of another origin, where browsers say that the permission is denied. */
export function isInForeignFrame(): boolean {
  try {
    return window.top?.location.origin !== origin;
  } catch {
    return true;
  }
}
