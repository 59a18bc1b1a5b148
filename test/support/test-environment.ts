/** Returns a variable that Jest's global set-up or the caller has set. Throws if it is missing. */
export function testEnvironment(name: string): string {
  // eslint-disable-next-line no-restricted-properties -- set by Jest's global set-up, not a setting
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; run the tests by jest.config.mjs`);
  return value;
}

/** CONTACT_KEY of the product: by TEST_CONTACT_KEY=domain, tests run with the other one. */
export function contactKey(): string {
  // eslint-disable-next-line no-restricted-properties -- as above
  return process.env.TEST_CONTACT_KEY ?? 'token';
}

/** Rounds of each fault test; 1 unless `npm run test:faults -- --rounds=N` says otherwise. */
export function faultRounds(): number {
  // eslint-disable-next-line no-restricted-properties -- as above
  return Number(process.env.TEST_FAULT_ROUNDS ?? '1');
}

/** Whether the shared MongoDB is a sharded cluster. */
export function isMongoDbSharded(): boolean {
  // eslint-disable-next-line no-restricted-properties -- as above
  return process.env.TEST_SHARDED === '1';
}

/** The shared MongoDB with its options; of a sharded cluster its first router, because a URL has one host. */
export function firstMongoDb(): URL {
  return new URL(
    testEnvironment('TEST_MONGODB_URI')
      .replace(/,[^/]*/, '')
      .replace('mongodb:', 'http:'),
  );
}
