import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { startSupervised } from '../../src/embedded/process/supervised-process.js';
import { request } from './http.js';
import { findPrometheus } from './promtool.js';

/** The job of all targets. */
export const JOB = 'push-contact';

/** Where a process serves its metrics. */
export interface Target {
  /** `host:port`, its label `instance`. */
  readonly address: string;
  /** It is scraped so often, and waited for as long. */
  readonly seconds: number;
}

/** A series of a response: its labels, and times in seconds with values. */
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** A rule as Prometheus has evaluated it. */
interface EvaluatedRule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly health: 'ok' | 'err' | 'unknown';
  readonly query: string;
  readonly lastEvaluation: string;
  /** Of an alert. */
  readonly state?: 'inactive' | 'pending' | 'firing';
}

/** A running Prometheus that evaluates its rules every second. */
export interface Prometheus {
  /** The values since then, one a second. Throws what Prometheus says of an expression that is none. */
  queryRange(expression: string, fromMs: number): Promise<Series[]>;
  rules(): Promise<EvaluatedRule[]>;
  /** Scrapes these targets from now on. */
  scrape(targets: readonly Target[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startPrometheus(rules: string, targets: readonly Target[]): Promise<Prometheus> {
  const binary = await findPrometheus('prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-prometheus-'));
  await writeFile(join(folder, 'rules.yml'), rules);
  const configure = (chosen: readonly Target[]): Promise<void> =>
    writeFile(join(folder, 'prometheus.yml'), stringify(configurationOf(chosen)));
  await configure(targets);
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-lifecycle',
  ];
  const server = await startSupervised(binary, args, /ready to receive web requests/);

  const origin = `http://127.0.0.1:${port}`;

  async function ask(path: string): Promise<unknown> {
    const { body, text } = await request('GET', `${origin}/api/v1/${path}`);
    const { status, data } = body as { status: string; data: unknown };
    if (status !== 'success') throw new Error(`${path}: ${text}`);
    return data;
  }

  return {
    async queryRange(query, fromMs) {
      const range = { start: String(fromMs / 1_000), end: String(Date.now() / 1_000), step: '1' };
      const data = await ask(`query_range?${new URLSearchParams({ query, ...range }).toString()}`);
      return (data as { result: Series[] }).result;
    },
    async rules() {
      const { groups } = (await ask('rules')) as { groups: { rules: EvaluatedRule[] }[] };
      return groups.flatMap((group) => group.rules);
    },
    async scrape(chosen) {
      await configure(chosen);
      const { status, text } = await request('POST', `${origin}/-/reload`);
      if (status !== 200) throw new Error(`Prometheus does not reload: ${text}`);
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configurationOf(targets: readonly Target[]): object {
  return {
    global: { evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: targets.map(({ address, seconds }) => ({
      job_name: address,
      scrape_interval: `${seconds}s`,
      scrape_timeout: `${seconds}s`,
      static_configs: [{ targets: [address], labels: { job: JOB } }],
    })),
  };
}
