import mongoose from 'mongoose';

const { MongoServerError } = mongoose.mongo;

/** MongoDB's code for a write that violates a unique index. */
export const DUPLICATE_KEY = 11_000;

/** Whether `error` is MongoDB's error for a violated unique index. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}
