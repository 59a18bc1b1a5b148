import type { DomainsReader, PushConfiguration } from '../../domain-configuration/domains.reader.js';
import { KnownDomains } from './known-domains.js';

const KEEP_MS = 5_000;

/** Of an ES module, Jest has its functions here alone. */
const mocks = (import.meta as unknown as { readonly jest: typeof jest }).jest;

describe('KnownDomains', () => {
  afterEach(() => {
    mocks.useRealTimers();
  });

  it('keeps a later reading when an earlier one fails after it', async () => {
    mocks.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    const failures: ((error: Error) => void)[] = [];
    const stored = { isPushFeatureEnabled: true } as PushConfiguration;
    const find = mocks
      .fn<Promise<PushConfiguration | undefined>, [string]>()
      .mockImplementationOnce(() => new Promise((_, reject) => failures.push(reject)))
      .mockResolvedValue(stored);
    const domains = new KnownDomains({ find } as unknown as DomainsReader);

    const first = domains.find('example.com');
    mocks.advanceTimersByTime(KEEP_MS);
    expect(await domains.find('example.com')).toBe(stored);
    failures[0]?.(new Error('late'));
    await expect(first).rejects.toThrow('late');
    await domains.find('example.com');

    expect(find).toHaveBeenCalledTimes(2);
  });

  it('reads again what could not be read', async () => {
    const find = mocks
      .fn<Promise<PushConfiguration | undefined>, [string]>()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue(undefined);
    const domains = new KnownDomains({ find } as unknown as DomainsReader);

    await expect(domains.find('example.com')).rejects.toThrow('away');

    expect(await domains.find('example.com')).toBeUndefined();
  });
});
