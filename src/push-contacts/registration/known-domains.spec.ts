import { jest } from '@jest/globals';
import type { DomainsReader, PushConfiguration } from '../../domain-configuration/domains.reader.js';
import { KnownDomains } from './known-domains.js';

const KEEP_MS = 5_000;

describe('KnownDomains', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('keeps a later reading when an earlier one fails after it', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const failures: ((error: Error) => void)[] = [];
    const stored = { isPushFeatureEnabled: true } as PushConfiguration;
    const find = jest
      .fn<DomainsReader['find']>()
      .mockImplementationOnce(() => new Promise((_, reject) => failures.push(reject)))
      .mockResolvedValue(stored);
    const domains = new KnownDomains({ find } as unknown as DomainsReader);

    const first = domains.find('example.com');
    jest.advanceTimersByTime(KEEP_MS);
    expect(await domains.find('example.com')).toBe(stored);
    failures[0]?.(new Error('late'));
    await expect(first).rejects.toThrow('late');
    await domains.find('example.com');

    expect(find).toHaveBeenCalledTimes(2);
  });

  it('reads again what could not be read', async () => {
    const find = jest.fn<DomainsReader['find']>().mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
    const domains = new KnownDomains({ find } as unknown as DomainsReader);

    await expect(domains.find('example.com')).rejects.toThrow('away');

    expect(await domains.find('example.com')).toBeUndefined();
  });
});
