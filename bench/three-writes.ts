import mongoose from 'mongoose';

const { UUID } = mongoose.mongo;

type Db = mongoose.mongo.Db;

/** What happened to a message at one contact. */
interface Happening {
  readonly type: number;
  readonly contactId: string;
  readonly deviceToken: string | null;
  readonly messageId: string;
  readonly domain: string;
}

/**
 * Writes the event, the message's counters and the hour's counters, one after the other, as is common for
 * such services.
 */
export async function writeThrice(
  db: Db,
  { type, contactId, deviceToken, messageId: id, domain }: Happening,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  const messageId = new UUID(id);
  const date = new Date();
  const hour = new Date(date);
  hour.setUTCMinutes(0, 0, 0);
  await db.collection('webPushEvent').insertOne({
    type,
    date,
    message_id: messageId,
    push_contact_id: contactId,
    sub_type: 0,
    domain,
    device_token: deviceToken,
    error_message: null,
    event_descriptor: null,
  });
  await db.collection('messages').updateOne({ message_id: messageId }, { $inc: counts });
  await db
    .collection('messageStats')
    .updateOne({ domain, message_id: messageId, date: hour }, { $inc: counts }, { upsert: true });
}
