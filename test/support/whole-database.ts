import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { testEnvironment } from './test-environment.js';

const { EJSON } = mongoose.mongo.BSON;

/** Where a text was found, such as `push-contacts` or a key in Redis. */
export type Place = string;

/**
 * Searches every document of a database, and every key and value of its queues, for texts in any case.
 * Resolves with where each of them is, for the texts that are somewhere.
 */
export async function searchEverything(
  database: string,
  texts: readonly string[],
): Promise<Record<string, readonly Place[]>> {
  const stored = [...(await readMongoDb(database)), ...(await readRedis(database))];
  const found = texts.map((text): [string, Place[]] => {
    const wanted = [text, encodeURIComponent(text), Buffer.from(text).toString('base64').replace(/=+$/, '')];
    const places = stored.filter(([, content]) => wanted.some((form) => content.includes(form.toLowerCase())));
    return [text, [...new Set(places.map(([place]) => place))]];
  });
  return Object.fromEntries(found.filter(([, places]) => places.length > 0));
}

async function readMongoDb(database: string): Promise<[Place, string][]> {
  const client = await mongoose.mongo.MongoClient.connect(testEnvironment('TEST_MONGODB_URI'));
  try {
    const collections = await client.db(database).collections();
    const stored = collections.map(async (collection) =>
      (await collection.find().toArray()).map((document): [Place, string] => [
        collection.collectionName,
        toText(document),
      ]),
    );
    return (await Promise.all(stored)).flat();
  } finally {
    await client.close();
  }
}

/** With the bytes of binary values as text. */
function toText(document: object): string {
  const binaries: string[] = [];
  const text = JSON.stringify(document, (_, value: unknown) => {
    if (value instanceof mongoose.mongo.Binary) binaries.push(Buffer.from(value.buffer).toString('latin1'));
    return value;
  });
  return `${text} ${EJSON.stringify(document)} ${binaries.join(' ')}`.toLowerCase();
}

async function readRedis(database: string): Promise<[Place, string][]> {
  const redis = new Redis(testEnvironment('TEST_REDIS_URL'));
  try {
    const keys = (await redis.keys('*')).filter((key) => key.includes(database));
    return await Promise.all(
      keys.map(async (key): Promise<[Place, string]> => {
        const value = await readValue(redis, key);
        return [key, `${key} ${value}`.toLowerCase()];
      }),
    );
  } finally {
    redis.disconnect();
  }
}

async function readValue(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, 0, -1));
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      return '';
  }
}
