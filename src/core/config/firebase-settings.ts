import { createPrivateKey } from 'node:crypto';
import type { SettingReader } from './setting-reader.js';

/** The service account that sends through Firebase. */
export interface FirebaseSettings {
  readonly projectId: string;
  readonly clientEmail: string;
  /** A private key as PEM. */
  readonly privateKey: string;
}

/**
 * Parses the JSON text of a service-account file. Returns undefined when `json` is undefined or invalid; an
 * invalid text is also reported to `reader`.
 */
export function parseFirebase(reader: SettingReader, json: string | undefined): FirebaseSettings | undefined {
  if (json === undefined) return undefined;
  const account = parse(json);
  const { project_id: projectId, client_email: clientEmail, private_key: privateKey } = account;
  if (isText(projectId) && isText(clientEmail) && isText(privateKey) && isPrivateKey(privateKey)) {
    return { projectId, clientEmail, privateKey };
  }
  const wanted = 'project_id, client_email and private_key';
  reader.reject('FIREBASE_CREDENTIALS_FILE', `must name a service-account file: JSON with ${wanted}`);
  return undefined;
}

function parse(json: string): Record<string, unknown> {
  try {
    return (JSON.parse(json) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).type === 'private';
  } catch {
    return false;
  }
}
