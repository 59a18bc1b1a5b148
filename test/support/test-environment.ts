/** A variable that jest's global set-up or the caller gave, by name. */
export function testEnvironment(name: string): string {
  // eslint-disable-next-line no-restricted-properties -- tests read what jest's global set-up put there, not settings
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; run the tests by jest.config.mjs`);
  return value;
}

/** How often each fault is tried; more than once only when asked for, by `npm run test:faults -- --rounds=N`. */
export function faultRounds(): number {
  // eslint-disable-next-line no-restricted-properties -- as above
  return Number(process.env.TEST_FAULT_ROUNDS ?? '1');
}
