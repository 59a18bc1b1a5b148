import { createPrivateKey } from 'node:crypto';
import type { SettingReader } from './setting-reader.js';

/** What Firebase's service-account file says of who sends. */
export interface FirebaseSettings {
  readonly projectId: string;
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
}

/** The service account in the JSON text of its file, or undefined when there is none or it is faulty. */
export function readFirebase(read: SettingReader, json: string | undefined): FirebaseSettings | undefined {
  if (json === undefined) return undefined;
  const account = parse(json);
  const { project_id: projectId, client_email: clientEmail, private_key: privateKey } = account;
  if (isText(projectId) && isText(clientEmail) && isText(privateKey) && isPrivateKey(privateKey)) {
    return { projectId, clientEmail, privateKey };
  }
  const wanted = 'project_id, client_email and private_key';
  read.fault('FIREBASE_CREDENTIALS_FILE', `must name a service-account file: JSON with ${wanted}`);
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
