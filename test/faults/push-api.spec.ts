import { addAudience } from '../support/audience.js';
import { type Broadcast, broadcast, describeRepeats, expectSettled } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { type LedgerWatch, watchLedger } from '../support/ledger-watch.js';
import type { PushApiFault, SendCall } from '../support/stand-in-push-api.js';

const FAULTS: readonly PushApiFault[] = [
  'status-500',
  'status-201',
  'no-json',
  'json-of-another-shape',
  'cut-in-the-middle',
  'half-of-the-items',
  'contradictory-items',
  'items-in-another-order',
  // Last, because hanging calls block the workers.
  'slow',
  'hanging',
];

/** Faults whose response still has every result; the rest must not matter, and nothing is sent again. */
const HARMLESS: readonly PushApiFault[] = ['contradictory-items', 'items-in-another-order', 'slow'];

/** The calls of a broadcast that fail, by their number. */
const CALLS = {
  'its only call': { contacts: 20, isBroken: (number: number) => number === 0 },
  'its first calls': { contacts: 2_000, isBroken: (number: number) => number < 3 },
  'calls here and there': { contacts: 2_000, isBroken: (number: number) => number < 15 && number % 4 === 2 },
} as const;

const CHANNELS = ['tokens', 'subscriptions'] as const;

/** The calls that fail for these faults; for the others, each entry of `CALLS`. */
const CALLS_OF_LONG_FAULTS: Partial<Record<PushApiFault, readonly (keyof typeof CALLS)[]>> = {
  slow: ['its only call'],
  hanging: ['its only call', 'calls here and there'],
};

interface Row {
  readonly fault: PushApiFault;
  readonly calls: keyof typeof CALLS;
  readonly channel: (typeof CHANNELS)[number];
}

const ROWS: readonly Row[] = FAULTS.flatMap((fault) =>
  (CALLS_OF_LONG_FAULTS[fault] ?? (Object.keys(CALLS) as Row['calls'][])).flatMap((calls) =>
    CHANNELS.map((channel) => ({ fault, calls, channel })),
  ),
);

/** Rows in which part of the broadcast is recorded while the rest waits for its next attempt. */
function isWatched({ fault, calls }: Row): boolean {
  return calls === 'calls here and there' && !HARMLESS.includes(fault);
}

const report: string[] = [];

afterAll(() => {
  console.log(report.join('\n'));
});

describe('a PushApi with injected faults', () => {
  const running = new Map<Row, { readonly sent: Broadcast; readonly watch: LedgerWatch | undefined }>();
  let product: Installation;

  // All broadcasts run at once, because they mostly wait for the next attempt.
  beforeAll(async () => {
    product = await Installation.start('push_api_faults', {
      workers: 2,
      latencyMs: 100,
      environment: { PUSH_API_TOKENS_LIMIT: '100' },
    });
    for (const row of ROWS) {
      const { contacts, isBroken } = CALLS[row.calls];
      const domain = `${row.fault}.${row.calls.replaceAll(' ', '-')}.${row.channel}.example.com`;
      product.pushApi.breakCalls(domain, (number) => (isBroken(number) ? row.fault : undefined));
      const audience = await addAudience(product, domain, { [row.channel]: contacts });
      const sent = await broadcast(product, domain, audience);
      running.set(row, { sent, watch: isWatched(row) ? watchLedger(product, sent.messageId) : undefined });
    }
  });

  afterAll(async () => {
    expect(await product.stopAndKeepData()).toEqual([0, 0, 0]);
  });

  function brokenCalls(title: string): SendCall[] {
    return product.pushApi.calls.filter((call) => call.title === title && call.fault !== undefined);
  }

  it.each(ROWS)(
    'settles each contact once on $fault in $calls to $channel',
    async (row) => {
      const { sent, watch } = running.get(row) ?? {};
      if (sent === undefined) throw new Error('Not sent');

      const repeats = await expectSettled(product, sent);

      const calls = product.pushApi.calls.filter(({ title }) => title === sent.title);
      const broken = brokenCalls(sent.title);
      expect(broken).toHaveLength(Array.from(calls.keys()).filter(CALLS[row.calls].isBroken).length);
      expect(broken.length).toBeGreaterThan(0);
      const untold = new Set(broken.flatMap(({ keys, told }) => keys.filter((key) => !told.has(key))));
      expect(untold.size === 0).toBe(HARMLESS.includes(row.fault));
      expect(repeats.contacts).toBe(untold.size);
      await watch?.expectAddedUp();
      report.push(describeRepeats(`${row.fault} in ${row.calls} to ${row.channel}`, sent, repeats));
    },
    120_000,
  );
});
