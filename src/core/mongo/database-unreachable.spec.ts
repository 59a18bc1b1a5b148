import mongoose from 'mongoose';
import { isDatabaseError, isDatabaseUnreachable } from './database-unreachable.js';

const { mongo } = mongoose;

/** An error of the class; the driver makes some of them only itself. */
function errorOf(type: { readonly prototype: Error }): Error {
  return Object.create(type.prototype) as Error;
}

describe('isDatabaseUnreachable', () => {
  it.each([
    mongo.MongoNetworkError,
    mongo.MongoNetworkTimeoutError,
    mongo.MongoServerSelectionError,
    mongo.MongoNotConnectedError,
    mongo.MongoTopologyClosedError,
    mongo.MongoServerClosedError,
    mongo.MongoExpiredSessionError,
    mongo.MongoOperationTimeoutError,
    mongoose.Error.MongooseServerSelectionError,
  ])('is true for an error of %p, and where it is the cause', (type) => {
    expect(isDatabaseUnreachable(errorOf(type))).toBe(true);
    expect(isDatabaseUnreachable(new Error('wrapped', { cause: errorOf(type) }))).toBe(true);
  });

  it('is true for a code or a label of a moment, also of a bulk write', () => {
    expect(isDatabaseUnreachable(new mongo.MongoServerError({ code: 112 }))).toBe(true);
    const failedWrites = new mongo.MongoBulkWriteError(
      { message: 'text', code: 91 },
      {} as mongoose.mongo.BulkWriteResult,
    );
    expect(isDatabaseUnreachable(failedWrites)).toBe(true);
    const labelled = new mongo.MongoServerError({ code: 1, errorLabels: ['TransientTransactionError'] });
    expect(isDatabaseUnreachable(labelled)).toBe(true);
  });

  it('is false for anything else', () => {
    const duplicateKey = new mongo.MongoServerError({ code: 11_000 });
    const others = [duplicateKey, new mongo.MongoParseError('text'), new Error('text'), 'text', null, undefined];
    expect(others.map(isDatabaseUnreachable)).toEqual(others.map(() => false));
  });
});

describe('isDatabaseError', () => {
  it('is true for errors of MongoDB and its driver alone', () => {
    expect(isDatabaseError(new mongo.MongoServerError({ code: 11_000 }))).toBe(true);
    expect(isDatabaseError(new mongo.MongoParseError('text'))).toBe(true);
    expect(isDatabaseError(new TypeError('text'))).toBe(false);
  });
});
