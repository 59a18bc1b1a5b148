import type mongoose from 'mongoose';
import { readProperty } from '../errors/read-property.js';

/** Classes of errors, by their names: a push-api, which has no MongoDB, must not load its driver for them. */
type ErrorClass = Extract<keyof typeof mongoose.mongo, `Mongo${string}`> | keyof typeof mongoose.Error;

/** Connections that are lost, or that cannot be made. */
const TRANSIENT_CLASSES: readonly ErrorClass[] = [
  'MongoNetworkError',
  'MongoServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoExpiredSessionError',
  'MongoOperationTimeoutError',
  'MongooseServerSelectionError',
];

/**
 * MongoDB's codes for a server that shuts down or has no primary, and for a conflict or a time-out of the
 * moment. Errors of writes have a label for it, errors of reads do not (github.com/mongodb/specifications,
 * "Retryable Reads"; names of the codes: src/mongo/base/error_codes.yml in github.com/mongodb/mongo).
 */
const TRANSIENT_CODES = new Set([
  ...[6, 7, 89, 91, 134, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436],
  // LockTimeout, LockBusy, MaxTimeMSExpired, WriteConcernFailed, WriteConflict, FailedToSatisfyReadPreference
  ...[24, 46, 50, 64, 112, 133],
  // TransactionTooOld, TransactionAborted, SnapshotUnavailable, NoSuchTransaction, StaleConfig
  ...[225, 244, 246, 251, 13_388],
]);

/** Labels by which MongoDB and its driver call an error transient (MongoDB, "Error Labels"). */
const TRANSIENT_LABELS = [
  'RetryableWriteError',
  'TransientTransactionError',
  'UnknownTransactionCommitResult',
  'RetryableError',
  'SystemOverloadedError',
];

/** Mongoose and the driver wrap an error a few times at most. */
const MAX_CAUSES = 4;

/** Whether an error says that MongoDB cannot serve now, so that the same operation may succeed later. */
export function isDatabaseUnreachable(exception: unknown): boolean {
  return isTransient(exception, 0);
}

/** Whether an error comes from MongoDB or its driver, and not from our own code. */
export function isDatabaseError(exception: unknown): boolean {
  return isOfClass(exception, ['MongoError']) || isDatabaseUnreachable(exception);
}

function isTransient(exception: unknown, depth: number): boolean {
  if (!(exception instanceof Error) || depth > MAX_CAUSES) return false;
  return (
    // The driver does not wrap this error of a write to a connection that MongoDB has just closed.
    readProperty(exception, 'code') === 'EPIPE' ||
    exception.name === 'MongoWaitQueueTimeoutError' ||
    isOfClass(exception, TRANSIENT_CLASSES) ||
    (isOfClass(exception, ['MongoServerError']) && TRANSIENT_CODES.has(Number(readProperty(exception, 'code')))) ||
    (isLabelled(exception) && TRANSIENT_LABELS.some((label) => exception.hasErrorLabel(label))) ||
    isTransient(exception.cause, depth + 1)
  );
}

function isLabelled(exception: Error): exception is mongoose.mongo.MongoError {
  return isOfClass(exception, ['MongoError']);
}

/** Whether one of these classes, or one that extends it, made the error. */
function isOfClass(exception: unknown, names: readonly ErrorClass[]): boolean {
  const all: readonly string[] = names;
  for (let type: unknown = exception; type !== null && type !== undefined; type = Object.getPrototypeOf(type)) {
    const constructor = readProperty(type, 'constructor');
    if (typeof constructor === 'function' && all.includes(constructor.name)) return true;
  }
  return false;
}
