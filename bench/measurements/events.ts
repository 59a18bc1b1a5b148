import type mongoose from 'mongoose';

export const EVENTS = 'webPushEvent';

/** Deletes all events and keeps the product's indexes, for the start of a round. */
export async function emptyEvents(db: mongoose.mongo.Db): Promise<void> {
  const events = db.collection(EVENTS);
  const indexes = await events.indexes();
  await events.drop();
  await events.createIndexes(indexes.filter(({ name }) => name !== '_id_'));
}
