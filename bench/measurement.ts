/** What one side of one round came to. */
export interface Sample {
  /** Things a second: contacts, requests, encryptions. */
  readonly rate: number;
  readonly seconds: number;
  /** CPU time of each process that took part. */
  readonly cpuSeconds?: Readonly<Record<string, number>>;
  /** Latency of requests in ms. */
  readonly p50?: number;
  readonly p99?: number;
}

interface Round {
  readonly floor: Sample;
  readonly ours: Sample;
}

/** A measurement of the product against its floor. */
export interface Comparison {
  readonly unit: string;
  readonly rounds: readonly Round[];
  /** Medians. */
  readonly floor: number;
  readonly ours: number;
  /** The median of the rounds' ratios: both sides of a round had the same machine at about the same time. */
  readonly ratio: number;
  /** CPU time of all processes but the load for each thing, in microseconds; steadier than rates where others use the machine too. */
  readonly cpuMicroseconds?: { readonly floor: number; readonly ours: number };
}

/** The participant that only asks. */
export const LOAD = 'load';

/** Measures both sides in turns, so that a machine that gets slower is slower for both. */
export async function compare(
  unit: string,
  rounds: number,
  floor: () => Promise<Sample>,
  ours: () => Promise<Sample>,
): Promise<Comparison> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const each = { floor: await floor(), ours: await ours() };
    console.log(
      `  ${describe('floor', each.floor, unit)}   ${describe('ours', each.ours, unit)}   ${ratioOf(each).toFixed(2)}`,
    );
    measured.push(each);
  }
  return {
    unit,
    rounds: measured,
    floor: median(measured.map((each) => each.floor.rate)),
    ours: median(measured.map((each) => each.ours.rate)),
    ratio: median(measured.map(ratioOf)),
    ...(measured.every(({ floor, ours }) => floor.cpuSeconds && ours.cpuSeconds) && {
      cpuMicroseconds: {
        floor: median(measured.map((each) => cpuMicrosecondsOf(each.floor))),
        ours: median(measured.map((each) => cpuMicrosecondsOf(each.ours))),
      },
    }),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

function ratioOf({ floor, ours }: Round): number {
  return ours.rate / floor.rate;
}

function cpuMicrosecondsOf({ rate, seconds, cpuSeconds }: Sample): number {
  const counted = Object.entries(cpuSeconds ?? {}).filter(([name]) => name !== LOAD);
  return (counted.reduce((sum, [, used]) => sum + used, 0) / (rate * seconds)) * 1e6;
}

function describe(side: string, { rate, cpuSeconds }: Sample, unit: string): string {
  const cpu = Object.entries(cpuSeconds ?? {}).map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`);
  return `${side} ${Math.round(rate)} ${unit}${cpu.length > 0 ? ` (CPU s: ${cpu.join(', ')})` : ''}`;
}
