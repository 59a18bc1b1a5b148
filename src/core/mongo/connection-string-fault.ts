const PERCENT_ENCODED = 'its user name or password has characters that must be percent-encoded (@ : / ? # [ ] %)';

const ADDRESS = 'its address is not understood; it is host:port, or several of them by commas';

/**
 * Describes a connection string that the driver does not understand. The driver's messages quote values, so
 * only what is known to hold none is told: sentences of ours, and the names of the driver's own options.
 *
 * @param message of the driver's error; empty for an address that is no URL.
 */
export function describeSyntaxFault(message: string, uri: string): string {
  if (/unescaped|URI malformed/i.test(message) || hasSeveralSigns(uri)) return PERCENT_ENCODED;
  if (/empty userinfo/i.test(message)) return 'its user name is empty';
  if (/mongodb\+srv|SRV/.test(message)) return 'mongodb+srv needs one host name without a port';
  if (message === '' || /\b(hosts?|port)\b|Invalid connection string/i.test(message)) return ADDRESS;
  // These are said of any name, also of one that is a misplaced part of a password.
  if (/no value/i.test(message)) return 'one of its options has no value';
  if (/more than once/i.test(message)) return 'one of its options appears more than once';
  if (/not supported/i.test(message)) {
    return 'it has an option that MongoDB does not know, or two that exclude each other';
  }
  const option = findOption(message, uri);
  const which = option === undefined ? 'one of its options' : `its option ${option}`;
  return `${which} has a value that is not understood; compare it with MongoDB's connection string options`;
}

/**
 * Describes an address that the driver takes and cannot use: it throws for it where nobody can catch that.
 * Undefined for any other.
 */
export function findAddressFault(uri: string): string | undefined {
  const [authority = ''] = uri.replace(/^[^/]*\/\//, '').split(/[/?]/);
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  return hosts.length > 1 && hosts.includes('') ? ADDRESS : undefined;
}

/** An `@` in a password ends it too early, and the rest is taken for a host. */
function hasSeveralSigns(uri: string): boolean {
  const [authority = ''] = uri.replace(/^[^/]*\/\//, '').split('?');
  return authority.split('@').length > 2;
}

/** The option of the URI that the message is about: the driver names in it only options that it knows. */
function findOption(message: string, uri: string): string | undefined {
  const words = new Set(message.toLowerCase().match(/[a-z0-9]+/g));
  const names = [...uri.matchAll(/[?&]([a-z0-9]+)(?==|&|$)/gi)].flatMap(([, name]) => name ?? []);
  return names.find((name) => words.has(name.toLowerCase()));
}
