import mongoose from 'mongoose';

const { MongoServerError } = mongoose.mongo;

/** MongoDB's code for a document whose unique key is there already. */
export const DUPLICATE_KEY = 11_000;

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}
