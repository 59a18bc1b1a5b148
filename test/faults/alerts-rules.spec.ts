import { readFileSync } from 'node:fs';
import { runPromtool } from '../support/promtool.js';
import { shortenRules } from '../support/shorten-rules.js';

const FOLDER = 'ops/prometheus';

describe('the shipped files of Prometheus', () => {
  it.each([
    ['check', 'rules', `${FOLDER}/push-contact.rules.yml`],
    ['check', 'config', `${FOLDER}/prometheus.yml`],
    ['test', 'rules', `${FOLDER}/push-contact.rules.test.yml`],
  ])('pass promtool %s %s', async (...args) => {
    const { code, output } = await runPromtool(...args);
    expect([code, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

describe('rules whose durations are divided', () => {
  const rules = `
groups:
  - name: a
    rules:
      - record: b
        expr: 'increase(c_seconds{le="10",d="5m"}[15m]) > 900'
      - alert: E
        expr: sum_over_time((c > bool 0)[1h30m:1m]) >= 45 unless c offset 6h
        for: 5m
        keep_firing_for: 1h
        labels: { severity: warning }
        annotations: { summary: 'for 5m' }
`;

  it('keep thresholds, labels and texts', () => {
    expect(shortenRules(rules, 60)).toBe(`groups:
  - name: a
    rules:
      - record: b
        expr: increase(c_seconds{le="10",d="5m"}[15000ms]) > 900
      - alert: E
        expr: sum_over_time((c > bool 0)[90000ms:1000ms]) >= 45 unless c offset 360000ms
        for: 5000ms
        keep_firing_for: 60000ms
        labels:
          severity: warning
        annotations:
          summary: for 5m
`);
  });

  it('have a factor of their own where an alert needs one', () => {
    const shortened = shortenRules(rules, 60, { E: 30 });
    expect(shortened).toContain('[15000ms]');
    expect(shortened).toContain('[180000ms:2000ms]');
    expect(shortened).toContain('for: 10000ms');
  });

  it('are the shipped ones when they are divided by one', () => {
    const shipped = readFileSync(`${FOLDER}/push-contact.rules.yml`, 'utf8');
    const once = shortenRules(shipped, 1);
    expect(shortenRules(once, 1)).toBe(once);
    expect(once.match(/alert:/g)).toHaveLength(shipped.match(/alert:/g)?.length ?? 0);
  });
});
