import { Schema } from 'mongoose';

export const CONTACT_TOKEN = 'ContactToken';

/** Which contact has a device token. Exists only with CONTACT_KEY=domain. */
export interface ContactTokenDocument {
  /** The device token: its index keeps tokens different, on whatever shard the contacts are. */
  readonly _id: string;
  readonly domain: string;
  readonly contact_id: string;
}

export const contactTokenSchema = new Schema<ContactTokenDocument>(
  { _id: String, domain: String, contact_id: String },
  { collection: 'contactTokens', versionKey: false },
);
