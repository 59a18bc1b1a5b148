/**
 * A Firebase installation id, FID: 22 characters of base64url of which the first four bits are 0111
 * (firebase-js-sdk, `VALID_FID_PATTERN`).
 */
const INSTALLATION_ID = /^[cdef][\w-]{21}$/;
const LENGTH = 22;

/** Whether a device token is an installation id, as Firebase's `register()` gives (firebase-js-sdk#9714). */
export function isInstallationId(deviceToken: string): boolean {
  return INSTALLATION_ID.test(deviceToken);
}

/**
 * Returns the installation id that a registration token begins with, as `FID:…`; undefined for a token of
 * another form (firebase-admin-java#1211: the id is a part of the token).
 */
export function findInstallationId(deviceToken: string): string | undefined {
  const id = deviceToken.slice(0, LENGTH);
  return deviceToken[LENGTH] === ':' && isInstallationId(id) ? id : undefined;
}
