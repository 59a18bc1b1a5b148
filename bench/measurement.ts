/** The result of one side of one round. */
export interface Sample {
  /** Units per second: contacts, requests, encryptions. */
  readonly rate: number;
  readonly seconds: number;
  /** CPU seconds of each participant. */
  readonly cpuSeconds?: Readonly<Record<string, number>>;
  /** Latency of requests in ms. */
  readonly p50?: number;
  readonly p99?: number;
}

interface Round {
  readonly floor: Sample;
  readonly ours: Sample;
}

/** The product measured against its floor. */
export interface Comparison {
  readonly unit: string;
  readonly rounds: readonly Round[];
  /** Medians. */
  readonly floor: number;
  readonly ours: number;
  /** Median of the ratios of the rounds: both sides of a round ran under the same conditions. */
  readonly ratio: number;
  /**
   * CPU time per unit in microseconds, of all processes except the load. It is steadier than a rate when
   * others use the machine too.
   */
  readonly cpuMicroseconds?: { readonly floor: number; readonly ours: number };
}

/** The participant that only sends requests. */
export const LOAD = 'load';

/** Measures both sides alternately, so that a machine that slows down is slower for both. */
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

/** The rate of the product to that of its floor. */
export function ratioOf({ floor, ours }: Round): number {
  return ours.rate / floor.rate;
}

/** CPU time per unit of all processes except the load; NaN where it was not measured. */
export function cpuMicrosecondsOf({ rate, seconds, cpuSeconds }: Sample): number {
  const counted = Object.entries(cpuSeconds ?? {}).filter(([name]) => name !== LOAD);
  return (counted.reduce((sum, [, used]) => sum + used, 0) / (rate * seconds)) * 1e6;
}

function describe(side: string, { rate, cpuSeconds }: Sample, unit: string): string {
  const cpu = Object.entries(cpuSeconds ?? {}).map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`);
  return `${side} ${Math.round(rate)} ${unit}${cpu.length > 0 ? ` (CPU s: ${cpu.join(', ')})` : ''}`;
}
