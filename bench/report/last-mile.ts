import type { Limit } from '../limit.js';
import { median } from '../measurement.js';
import type { LastMileCase, LastMileRow } from '../measurements/last-mile.js';
import type { LastMileName } from '../options.js';
import type { Results } from './results.js';
import { count, spread, table } from './markdown.js';

type Cells = readonly string[];

const TITLES: Readonly<Record<LastMileName, string>> = {
  'last-mile': 'The whole way, from `POST …/message` to the last outcome:',
  'push-api-subscriptions': 'PushApi alone, subscriptions:',
  'push-api-tokens': 'PushApi alone, device tokens:',
  'last-mile-growth': 'The whole way by size, subscriptions, in fresh processes:',
};

const SENDERS: Readonly<Record<LastMileCase['sender'], string>> = {
  'whole way': 'ours',
  'push-api': 'ours',
  floor: 'floor',
  peer: '`web-push`',
};

/** A ratio of two rows, and what it should be. */
interface Target {
  readonly text: string;
  readonly bound: string;
  readonly ours: readonly [LastMileName, Partial<LastMileCase>];
  readonly other: readonly [LastMileName, Partial<LastMileCase>];
  readonly of: 'rate' | 'cpu';
}

const SUBSCRIPTIONS = 'push-api-subscriptions';
const HTTP2_ALONE = { sender: 'push-api', protocol: 'HTTP/2', onOneCore: false } as const;
const WHOLE = { sender: 'whole way', protocol: 'HTTP/2', kind: 'subscriptions' } as const;

const TARGETS: readonly Target[] = [
  {
    text: 'the whole way / `web-push` alone, no latency',
    bound: '≥ 4',
    ours: ['last-mile', { ...WHOLE, latencyMs: 0 }],
    other: ['last-mile', { sender: 'peer', latencyMs: 0 }],
    of: 'rate',
  },
  {
    text: 'the same at 80 ms',
    bound: '≥ 4',
    ours: ['last-mile', { ...WHOLE, latencyMs: 80 }],
    other: ['last-mile', { sender: 'peer', latencyMs: 80 }],
    of: 'rate',
  },
  {
    text: "PushApi's CPU a notification / the floor's",
    bound: '≤ 1.15',
    ours: [SUBSCRIPTIONS, { ...HTTP2_ALONE, latencyMs: 0 }],
    other: [SUBSCRIPTIONS, { sender: 'floor', latencyMs: 0 }],
    of: 'cpu',
  },
  {
    text: "PushApi's CPU a notification / that of `web-push`",
    bound: '≤ 0.25',
    ours: [SUBSCRIPTIONS, { ...HTTP2_ALONE, latencyMs: 0 }],
    other: [SUBSCRIPTIONS, { sender: 'peer', latencyMs: 0 }],
    of: 'cpu',
  },
  ...[80, 300].map((latencyMs): Target => ({
    text: `PushApi's rate at ${latencyMs} ms / without latency`,
    bound: latencyMs === 80 ? '≥ 0.9' : '≥ 0.8',
    ours: [SUBSCRIPTIONS, { ...HTTP2_ALONE, latencyMs }],
    other: [SUBSCRIPTIONS, { ...HTTP2_ALONE, latencyMs: 0 }],
    of: 'rate',
  })),
  {
    text: "PushApi's rate on all cores / on one",
    bound: '≥ 1.6',
    ours: [SUBSCRIPTIONS, { ...HTTP2_ALONE, latencyMs: 0 }],
    other: [SUBSCRIPTIONS, { ...HTTP2_ALONE, latencyMs: 0, onOneCore: true }],
    of: 'rate',
  },
  {
    text: "PushApi's CPU a device token / the floor's",
    bound: '',
    ours: ['push-api-tokens', { ...HTTP2_ALONE, latencyMs: 0 }],
    other: ['push-api-tokens', { sender: 'floor', latencyMs: 0 }],
    of: 'cpu',
  },
];

/** What was measured against simulated push services; empty when nothing was. */
export function lastMileSection({ lastMile }: Results): string {
  if (lastMile === undefined) return '';
  const names = Object.keys(TITLES) as LastMileName[];
  const tables = names.flatMap((name) => {
    const measured = lastMile[name]?.result;
    if (measured === undefined) return [];
    return [
      TITLES[name],
      rowsTable(measured.rows),
      ...(measured.limit === undefined ? [] : [limitText(measured.limit)]),
    ];
  });
  return [targetsTable(lastMile), ...tables].filter((text) => text !== '').join('\n\n');
}

function targetsTable(lastMile: NonNullable<Results['lastMile']>): string {
  const find = ([name, wanted]: Target['ours']): LastMileRow | undefined =>
    lastMile[name]?.result.rows.find((row) =>
      Object.entries(wanted).every(([key, value]) => row[key as keyof LastMileCase] === value),
    );
  const lines = TARGETS.flatMap(({ text, bound, ours, other, of }): Cells[] => {
    const [our, their] = [find(ours), find(other)];
    if (our === undefined || their === undefined) return [];
    const valuesOf = (row: LastMileRow): number[] =>
      of === 'rate' ? row.rounds.map(({ rate }) => rate) : row.rounds.map((_, round) => cpuOf(row, round));
    const others = valuesOf(their);
    const ratios = valuesOf(our).map((value, round) => value / (others[round] ?? NaN));
    return [[text, `**${median(ratios).toFixed(2)}**`, spread(ratios, 2), bound]];
  });
  return lines.length === 0 ? '' : table(['ratio', 'median', 'from round to round', 'target'], lines);
}

/** CPU microseconds of the senders of a row, without those of the push services and of the load. */
function cpuOf({ rounds }: LastMileRow, round: number): number {
  const { cpuMicroseconds = {}, peakMb = {} } = rounds[round] ?? {};
  return Object.keys(peakMb).reduce((sum, name) => sum + (cpuMicroseconds[name] ?? 0), 0);
}

function rowsTable(rows: readonly LastMileRow[]): string {
  return table(
    ['sender', 'to', 'protocol', 'latency', 'contacts/s', 'from round to round', 'CPU a contact, µs', 'peak, MB'],
    rows.map(({ sender, kind, protocol, latencyMs, contacts, onOneCore, rounds }) => {
      const rates = rounds.map(({ rate }) => rate);
      return [
        SENDERS[sender] + (onOneCore ? ', all on one core' : ''),
        `${count(contacts)} ${kind}`,
        protocol,
        `${latencyMs} ms`,
        count(median(rates)),
        spread(rates, 0),
        named(rounds.map((round) => round.cpuMicroseconds)),
        named(rounds.map((round) => round.peakMb)),
      ];
    }),
  );
}

/** Medians of the rounds by name. */
function named(rounds: readonly Readonly<Record<string, number>>[]): string {
  const names = Object.keys(rounds[0] ?? {});
  return names.map((name) => `${name} ${count(median(rounds.map((round) => round[name] ?? NaN)))}`).join(', ');
}

function limitText(limit: Limit | string): string {
  if (typeof limit === 'string') return `Limit: ${limit}.`;
  const { ecdhMicroseconds: ecdh, keyPairMicroseconds: pair, postMicroseconds: post, servedPerSecond } = limit;
  return [
    `Limit, in C on a core: ${count(ecdh + pair + post)} µs a notification.`,
    '',
    `- ECDH ${count(ecdh)} µs, a key pair ${count(pair)} µs (\`openssl speed\`),`,
    `- posting the body ${count(post)} µs (\`h2load\`); the simulator served it ${count(servedPerSecond)} requests/s.`,
  ].join('\n');
}
