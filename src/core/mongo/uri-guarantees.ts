import { Logger } from '@nestjs/common';

const EXACT = 'counting exactly once needs it';

/**
 * Options of the connection string that the product sets itself, by lower-case name, with the values that
 * agree with it and the reason. MongoDB ignores the case of names ("Connection String Options").
 */
const OWN_OPTIONS: Readonly<Record<string, { readonly agreed: readonly string[]; readonly own: string }>> = {
  readpreference: { agreed: ['primary'], own: `primary: a send must see what was stored before it` },
  readpreferencetags: { agreed: [], own: 'none: everything is read from the primary' },
  maxstalenessseconds: { agreed: ['-1'], own: 'none: everything is read from the primary' },
  readconcernlevel: { agreed: [], own: "MongoDB's default; each transaction sets its own" },
  w: { agreed: ['majority'], own: `majority: ${EXACT}` },
  wtimeoutms: { agreed: ['0'], own: `none: ${EXACT}` },
  wtimeout: { agreed: ['0'], own: `none: ${EXACT}` },
  journal: { agreed: ['true'], own: `that of majority: ${EXACT}` },
  j: { agreed: ['true'], own: `that of majority: ${EXACT}` },
  retrywrites: { agreed: ['true'], own: `true: ${EXACT}` },
  retryreads: { agreed: ['true'], own: 'true: a read survives an election' },
  serverselectiontimeoutms: { agreed: ['5000'], own: '5000: a request must not wait longer' },
  connecttimeoutms: { agreed: ['5000'], own: '5000: a request must not wait longer' },
  heartbeatfrequencyms: { agreed: ['5000'], own: '5000: a new primary must be found soon' },
  waitqueuetimeoutms: { agreed: ['0'], own: 'none: a request waits for a connection' },
  sockettimeoutms: { agreed: ['30000'], own: '30000: a silent connection must not keep a send waiting' },
  timeoutms: { agreed: [], own: 'none: each response is waited for by itself' },
};

/**
 * Returns `uri` without the options that the product sets itself, and logs one line for each that would have
 * had another value. Combinations such as `maxStalenessSeconds` with the primary would fail otherwise.
 */
export function withoutOwnOptions(uri: string, logger = new Logger('MongoDB')): string {
  const { address, options } = splitOptions(uri);
  const kept = options.filter((option) => !isOwn(option, logger));
  return kept.length === 0 ? address : `${address}?${kept.join('&')}`;
}

/** Whether `uri` has an option of this name, in any case. */
export function hasOption(uri: string, name: string): boolean {
  return splitOptions(uri).options.some((option) => option.split('=', 1)[0]?.toLowerCase() === name.toLowerCase());
}

function splitOptions(uri: string): { readonly address: string; readonly options: readonly string[] } {
  const start = uri.indexOf('?');
  if (start < 0) return { address: uri, options: [] };
  return { address: uri.slice(0, start), options: uri.slice(start + 1).split('&') };
}

function isOwn(option: string, logger: Logger): boolean {
  const [name = '', value = ''] = option.split('=');
  const known = name.toLowerCase();
  if (!Object.hasOwn(OWN_OPTIONS, known)) return false;
  const own = OWN_OPTIONS[known];
  if (own?.agreed.includes(value) === false) {
    logger.warn(`MONGODB_URI: its ${name} is not used. The product sets it to ${own.own}.`);
  }
  return true;
}
