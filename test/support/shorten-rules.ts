import { parse, stringify } from 'yaml';

/** A duration of Prometheus, such as `1h30m` (prometheus.io, "Querying basics", time durations). */
const DURATION = /(?:\d+(?:ms|[smhdwy]))+/g;

const MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Where an expression has durations: in the brackets of a range, and after `offset`. */
const DURATIONS_OF_EXPRESSION = /\[[^\]]*\]|\boffset\s+\S+/g;

interface Rule {
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
}

interface RulesFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

/**
 * Divides every duration of a rule of Prometheus by the same factor: what an alert waits for, ranges and
 * offsets. Everything else stays, thresholds above all.
 * @param factors of alerts that have one of their own.
 */
export function shortenRules(rules: string, factor: number, factors: Readonly<Record<string, number>> = {}): string {
  const { groups } = parse(rules) as RulesFile;
  const shorten = (rule: Rule): Rule => shortenRule(rule, factors[rule.alert ?? ''] ?? factor);
  return stringify({ groups: groups.map((group) => ({ ...group, rules: group.rules.map(shorten) })) });
}

function shortenRule(rule: Rule, factor: number): Rule {
  const { expr, for: pending, keep_firing_for: kept } = rule;
  return {
    ...rule,
    expr: expr.replace(DURATIONS_OF_EXPRESSION, (found) => shortenDurations(found, factor)),
    ...(pending !== undefined && { for: shortenDurations(pending, factor) }),
    ...(kept !== undefined && { keep_firing_for: shortenDurations(kept, factor) }),
  };
}

function shortenDurations(text: string, factor: number): string {
  return text.replace(DURATION, (duration) => `${Math.max(1, Math.round(toMs(duration) / factor))}ms`);
}

function toMs(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (MS[unit] ?? 0), 0);
}
