import { isMongoDbSharded } from './test-environment.js';

/** A test that does not run on a sharded MongoDB: its routers profile nothing, and are of no replica set. */
export const itUnsharded = isMongoDbSharded() ? it.skip : it;
