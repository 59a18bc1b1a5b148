import type mongoose from 'mongoose';

export const EVENTS = 'webPushEvent';

/** Each round begins with no events and with the product's own indexes. */
export async function emptyEvents(db: mongoose.mongo.Db): Promise<void> {
  const events = db.collection(EVENTS);
  const indexes = await events.indexes();
  await events.drop();
  await events.createIndexes(indexes.filter(({ name }) => name !== '_id_'));
}
