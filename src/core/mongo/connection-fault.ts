import mongoose from 'mongoose';
import { readProperty } from '../errors/read-property.js';
import { describeSyntaxFault } from './connection-string-fault.js';

const { mongo } = mongoose;

/** AuthenticationFailed, and Atlas' own code for it. */
const AUTHENTICATION_CODES: readonly unknown[] = [18, 8_000];

const UNKNOWN_HOST_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'ESERVFAIL', 'EBADNAME', 'ETIMEOUT']);

/** Codes of Node and OpenSSL for a certificate or a handshake. */
const TLS_CODE = /^(ERR_SSL|ERR_TLS|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|EPROTO)/;

/** Codes of a file of the URI (tlsCAFile, tlsCertificateKeyFile, …) that cannot be read. */
const FILE_CODES = new Set(['ENOENT', 'EACCES', 'EISDIR']);

/** The driver's classes for a URI that it does not understand. The parser's own class is not exported. */
const SYNTAX_ERRORS = new Set(['MongoParseError', 'MongoAPIError', 'MongoInvalidArgumentError', 'URIError']);

const NO_DEPENDENCY = 'MongoMissingDependencyError';

const TOPOLOGY_WITHOUT_PRIMARY = 'ReplicaSetNoPrimary';

/** What the driver knows of the servers when it gives up: a part of its TopologyDescription. */
interface Topology {
  readonly type?: unknown;
  readonly servers?: ReadonlyMap<string, { readonly type?: unknown; readonly error?: unknown }>;
}

/** Describes in one line, without any value of `uri`, why no connection could be opened. */
export function describeConnectionFault(error: unknown, uri: string): string {
  return `MONGODB_URI: ${findFault(collectCauses(error), uri)}`;
}

function findFault(causes: readonly unknown[], uri: string): string {
  if (causes.some((cause) => AUTHENTICATION_CODES.includes(readProperty(cause, 'code')))) {
    return 'MongoDB refuses its user name or password (authSource says where the user is stored)';
  }
  const codes = causes.map((cause) => readProperty(cause, 'code')).filter((code) => typeof code === 'string');
  const syntax = causes.find(isSyntaxError);
  if (syntax !== undefined || codes.includes('ERR_INVALID_URL')) return describeSyntaxFault(readMessage(syntax), uri);
  if (codes.some((code) => FILE_CODES.has(code))) return 'a file that it names (tlsCAFile or another) cannot be read';
  if (causes.some((cause) => readProperty(cause, 'name') === NO_DEPENDENCY)) {
    return 'one of its options needs a package that is not installed';
  }
  return describeNetworkFault(codes, causes, uri);
}

function describeNetworkFault(codes: readonly string[], causes: readonly unknown[], uri: string): string {
  const tlsCode = codes.find((code) => TLS_CODE.test(code));
  if (tlsCode !== undefined) return `the TLS connection fails (${tlsCode}); check tls, tlsCAFile and the host name`;
  const unknownHost = codes.find((code) => UNKNOWN_HOST_CODES.has(code));
  if (unknownHost !== undefined) return `its host name cannot be resolved (${unknownHost})`;
  const isEnded = codes.includes('ECONNRESET') || causes.some((cause) => /\bclosed\b/.test(readMessage(cause)));
  if (isEnded && usesTls(uri))
    return 'the TLS connection fails; perhaps this MongoDB does not use TLS, or no such host';
  return describeTopology(readTopology(causes), codes[0], isEnded);
}

/** TLS is the default of `mongodb+srv`. */
function usesTls(uri: string): boolean {
  return /[?&](tls|ssl)=true/i.test(uri) || (/^mongodb\+srv:/i.test(uri) && !/[?&](tls|ssl)=false/i.test(uri));
}

function describeTopology({ type, servers }: Topology, code: string | undefined, isEnded: boolean): string {
  if (type === TOPOLOGY_WITHOUT_PRIMARY && servers?.size === 0) {
    return 'its replicaSet is not the name of the set that answers there';
  }
  const types = [...(servers?.values() ?? [])].map((server) => server.type);
  if (types.some((each) => typeof each === 'string' && each.startsWith('RS'))) {
    return 'the replica set has no primary that can be reached';
  }
  if (isEnded) return 'no MongoDB answers there, or it ends the connection; perhaps it demands TLS (tls=true)';
  if (code !== undefined) return `no MongoDB can be reached there (${code})`;
  return 'no MongoDB can be reached there';
}

function isSyntaxError(cause: unknown): boolean {
  return cause instanceof mongo.MongoAPIError
    ? readProperty(cause, 'name') !== NO_DEPENDENCY && !(cause instanceof mongo.MongoRuntimeError)
    : SYNTAX_ERRORS.has(String(readProperty(cause, 'name')));
}

/** The error, what caused it, and what the driver knows of each server. */
function collectCauses(error: unknown, depth = 0): unknown[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const { cause, reason } = error as { cause?: unknown; reason?: unknown };
  const servers = (reason as Topology | undefined)?.servers;
  const ofServers =
    servers instanceof Map ? [...servers.values()].map((server: { error?: unknown }) => server.error) : [];
  return [error, ...[cause, reason, ...ofServers].flatMap((each) => collectCauses(each, depth + 1))];
}

function readTopology(causes: readonly unknown[]): Topology {
  return causes.find((cause): cause is Topology => (cause as Topology).servers instanceof Map) ?? {};
}

function readMessage(cause: unknown): string {
  return cause instanceof Error ? cause.message : '';
}
