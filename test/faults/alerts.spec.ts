import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import * as causes from '../support/alert-causes.js';
import { AlertedInstallation, instanceOf } from '../support/alerted-installation.js';
import { names } from '../support/installation.js';
import { trackingPath } from '../support/link-signatures.js';
import { JOB } from '../support/prometheus.js';

/** Most rules are 90 times as fast here. */
const HEALTHY_MS = 12_000;

const DASHBOARD = readFileSync('ops/grafana/dashboards/push-contact.json', 'utf8');
const RUNBOOKS = readFileSync('docs/runbooks.md', 'utf8');

/** Appear with their first value, and are nothing in an installation that works. */
const APPEAR_LATER = ['push_contact_sweep_failures_total', 'push_contact_paused_push_services'];

/** Graphs of what this installation lacks: a built-in PushApi, and callers that are refused. */
const WITHOUT_VALUES = [
  'Push services: time',
  'Pushes by service and status',
  'Refused by a limit, and passed uncounted',
  'Tracking links that are refused',
];

/** A graph that has values only where two transactions have met. */
const OF_CHANCE = 'Transactions that ran again';

let alerted: AlertedInstallation;

beforeAll(async () => {
  alerted = await AlertedInstallation.start();
}, 300_000);

afterAll(async () => {
  console.log([...alerted.fired].map(([alert, ms]) => `${alert}: fired after ${ms} ms`).join('\n'));
  await alerted.stop();
}, 120_000);

it('evaluates every rule, and none fires while everything works', async () => {
  const { product, prometheus, startedMs } = alerted;
  await product.askAsSuperUser('PUT', '/domains/healthy.example.com', { json: { isPushFeatureEnabled: true } });
  const domain = 'healthy.example.com';
  const tokens = [...names('fine', 200), ...names('unregistered', 10)];
  const contactIds = await product.db.addContacts(domain, tokens);
  await product.db.addSubscribers(domain, 'fcm.googleapis.com', [...names('fine', 200), ...names('410', 10)]);
  await product.db.addSubscribers('slow.example.com', 'fcm.googleapis.com', names('slow', 200));
  const messageId = await product.send(domain, { title: 'Healthy' });
  await product.send(domain, { title: 'Later', sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  const slow = await product.send('slow.example.com', { title: 'Slow', ratePerMinute: 600 });
  for (let turn = 0; Date.now() - startedMs < HEALTHY_MS; turn += 1) {
    expect(await causes.register(alerted, `healthy-${turn}`)).toBe(200);
    for (const id of contactIds.slice(0, 10)) await product.ask('POST', trackingPath(id, messageId, 'clicked'));
    await product.ask('POST', '/push-contacts', { json: {} });
    await product.askAsSuperUser('GET', `/domains/${domain}/stats`);
    await sleep(50);
  }
  await product.finished(messageId);
  await product.askAsSuperUser('DELETE', `/messages/${slow}/delivery`);

  const rules = await prometheus.rules();
  expect(rules.map(({ name }) => name).sort()).toEqual(NAMES_OF_RULES);
  expect(
    rules.filter(({ health, lastEvaluation }) => health !== 'ok' || Date.parse(lastEvaluation) < startedMs),
  ).toEqual([]);
  expect(await prometheus.queryRange('ALERTS{alertstate="firing"}', startedMs)).toEqual([]);
  // Otherwise they are silent since there is nothing to evaluate.
  const metrics = new Set(rules.flatMap(({ query }) => query.match(METRICS) ?? []));
  const found = await Promise.all([...metrics].map(async (name) => [name, await hasValues(name)] as const));
  expect(found.flatMap(([name, isFound]) => (isFound ? [] : [name]))).toEqual(APPEAR_LATER);
}, 120_000);

const METRICS = /\b(?:push_contact|process|nodejs|job)_[a-z0-9_:]+|\bup\b/g;

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string; readonly record?: string }[] }[];
}

const { groups } = parse(readFileSync('ops/prometheus/push-contact.rules.yml', 'utf8')) as Rules;
const SHIPPED = groups.flatMap(({ rules }) => rules);
const NAMES_OF_RULES = SHIPPED.map(({ alert, record }) => alert ?? record).sort();

async function hasValues(expression: string): Promise<boolean> {
  const query = expression.replaceAll('$job', JOB).replaceAll('$__rate_interval', '5s');
  const series = await alerted.prometheus.queryRange(query, alerted.startedMs);
  return series.some(({ values }) => values.some(([, value]) => value !== 'NaN'));
}

it('fires for what push services, people, MongoDB and the machine do', async () => {
  await alerted.scrapeMoreOften();
  await Promise.all([
    causes.throttleDomain(alerted),
    causes.breakSweeps(alerted),
    // Before a worker is frozen: it may have taken what is sent once.
    causes
      .refuseAuditAndTokens(alerted)
      .then(() =>
        Promise.all([
          causes.freezeWorker(alerted),
          causes.refuseSends(alerted),
          causes.breakMachine(alerted),
          causes.restartAgainAndAgain(alerted),
          causes.delayRegistrations(alerted),
        ]),
      ),
  ]);
}, 300_000);

it('fires when the last worker ends, for what it leaves, and for a PushApi that is away', async () => {
  const { product, workers } = alerted;
  // The other one was killed.
  await workers[1].process.stop();
  const domain = 'left.example.com';
  await product.db.addContacts(domain, names('left', 10));
  await product.send(domain, { title: 'Left' });
  const before = new Date(Date.now() - causes.TWO_HOURS_MS);
  await product.db.update('deliveries', { domain }, { $set: { started_at: before, due_at: before } });
  await product.pushApi.stop();
  await writeFile(join(product.keys.folder, 'broken.pem'), 'no key');
  let turn = 0;
  await Promise.all([
    alerted.fires({ PushContactWorkerMissing: {}, PushContactMessageStuck: {}, PushContactQueueNotDrained: {} }),
    alerted.fires(
      {
        PushContactPushApiUnreachable: { instance: instanceOf(product.api) },
        PushContactRequestsFailing: {},
        PushContactJwtKeysUnreadable: { instance: instanceOf(product.api) },
      },
      async () => {
        // It reads its keys then, as it does every 5 s.
        process.kill(product.api.pid, 'SIGHUP');
        for (const token of names(`away-${turn}`, 5)) expect(await causes.register(alerted, token)).toBe(503);
        turn += 1;
        await sleep(500);
      },
    ),
  ]);
}, 300_000);

it('evaluates the dashboard and the runbooks, and finds something for each graph', async () => {
  const { panels } = JSON.parse(DASHBOARD) as { panels: { title: string; targets?: { expr: string }[] }[] };
  const empty: string[] = [];
  for (const { title, targets = [] } of panels) {
    const results = await Promise.all(targets.map(({ expr }) => hasValues(expr)));
    if (results.includes(false)) empty.push(title);
  }
  expect(empty.filter((title) => title !== OF_CHANCE)).toEqual(WITHOUT_VALUES);
  const examples = [...RUNBOOKS.matchAll(/```promql\n([\s\S]*?)```/g)].flatMap(([, lines = '']) =>
    lines.trim().split('\n'),
  );
  for (const expression of examples) await alerted.prometheus.queryRange(expression, alerted.startedMs);
  expect(examples.length).toBeGreaterThan(20);
}, 60_000);

it('fires for a Redis that is killed and a MongoDB that stands still', async () => {
  await alerted.stores.redis.crash();
  alerted.stores.mongoDb.freeze();
  await alerted.fires({ PushContactRedisUnreachable: {}, PushContactMongoDbUnreachable: {} });
}, 120_000);

it('fires when no process is scraped, and has then fired each alert of the rules', async () => {
  await alerted.killAll();
  await alerted.fires({ PushContactNotScraped: {} });
  const alerts = SHIPPED.flatMap(({ alert }) => alert ?? []);
  expect([...alerted.fired.keys()].sort()).toEqual(alerts.sort());
}, 120_000);
