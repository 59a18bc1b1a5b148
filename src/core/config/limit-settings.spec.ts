import { readRateLimits } from './limit-settings.js';
import { SettingReader } from './setting-reader.js';

const NAMES = [
  'RATE_LIMIT_ANONYMOUS_PER_MINUTE',
  'RATE_LIMIT_REGISTRATIONS_PER_MINUTE',
  'RATE_LIMIT_TOKEN_PER_MINUTE',
] as const;

function findProblems(env: Readonly<Record<string, string>>): readonly string[] {
  const reader = new SettingReader(env);
  readRateLimits(reader);
  return reader.problems;
}

describe('readRateLimits', () => {
  it.each(NAMES)('rejects %s where not one request fits into a window, and names both settings', (name) => {
    const window = { RATE_LIMIT_WINDOW_SECONDS: '1' };
    const problem = expect.stringMatching(`^${name}: with RATE_LIMIT_WINDOW_SECONDS, `) as string;

    expect(findProblems({ ...window, [name]: '1' })).toEqual([problem]);
    expect(findProblems({ ...window, [name]: '59' })).toEqual([problem]);
    expect(findProblems({ [name]: '5', RATE_LIMIT_WINDOW_SECONDS: '11' })).toEqual([problem]);
  });

  it.each(NAMES)('accepts %s where one request fits, and 0 for no limit', (name) => {
    expect(findProblems({ [name]: '60', RATE_LIMIT_WINDOW_SECONDS: '1' })).toEqual([]);
    expect(findProblems({ [name]: '5', RATE_LIMIT_WINDOW_SECONDS: '12' })).toEqual([]);
    expect(findProblems({ [name]: '1' })).toEqual([]);
    expect(findProblems({ [name]: '0', RATE_LIMIT_WINDOW_SECONDS: '1' })).toEqual([]);
  });
});
