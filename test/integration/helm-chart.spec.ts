import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { rootCertificates } from 'node:tls';
import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import type { Probe, Service } from 'kubernetes-types/core/v1.js';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { parse } from 'yaml';
import { loadConfig } from '../../src/core/config/config.js';
import { CHART, RELEASE, RenderedChart, runHelm, selects } from '../support/rendered-chart.js';
import { findSchemaFaults, type Manifest } from '../support/kubernetes-schemas.js';
import { commandOfImage, startFlagsOf } from '../support/start-flags.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';
import { generateP256KeyPair } from '../../src/core/crypto/p256.js';

const PARTS = ['api', 'worker', 'push-api'];
/** Of docs/operations.md: a process that is stopped ends within this time. */
const SHUTDOWN_SECONDS = 28;

/** The names of settings that must come from files. */
const SECRET =
  /^(MONGODB_URI|REDIS_URL|ENCRYPTION_KEY|ENCRYPTION_IV|PUSH_API_TOKEN|\w+_PRIVATE_KEY|\w+_INTERNAL_TOKEN)$/;

const scaled = { enabled: true, minReplicas: 2, maxReplicas: 9 };
const EVERYTHING = {
  image: { digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: [{ name: 'registry' }],
  publicUrl: 'https://push.example.com',
  settings: {
    LOG_LEVEL: 'warn',
    REDIS_SENTINELS: 'sentinel-1:26379',
    REDIS_SENTINEL_USERNAME: 'push',
    DOPPLER_APP_SERVER: 'https://doppler.example.com',
  },
  secrets: {
    vapidPrivateKey: { name: 'vapid' },
    dopplerInternalToken: { name: 'doppler' },
    redisSentinelPassword: { name: 'redis' },
    redisCa: { name: 'redis' },
  },
  jwtPublicKeys: { configMap: '', secret: 'jwt-keys' },
  vapid: { publicKey: generateP256KeyPair().publicKey, subject: 'mailto:push@example.com' },
  api: {
    settings: { TRUST_PROXY: '1' },
    autoscaling: scaled,
    service: { type: 'LoadBalancer', annotations: { name: 'value' } },
    podAnnotations: { name: 'value' },
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'push', operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
  },
  worker: { autoscaling: { ...scaled, kind: 'external' } },
  pushApi: { autoscaling: scaled },
  ingress: {
    enabled: true,
    className: 'nginx',
    annotations: { name: 'value' },
    hosts: ['push.example.com'],
    tls: [{ secretName: 'tls', hosts: ['push.example.com'] }],
  },
  networkPolicies: { extraEgress: [{ ports: [{ protocol: 'TCP', port: 4318 }] }] },
  serviceAccount: { annotations: { name: 'value' } },
  podMonitor: { enabled: true, labels: { release: 'prometheus' } },
  prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
};
const OTHER_PUSH_API = { pushApi: { enabled: false, url: 'https://push-api.example.com' } };

let plain: RenderedChart;
let everything: RenderedChart;
let keys: TestKeys;
let files: string;

beforeAll(async () => {
  [plain, everything, keys, files] = await Promise.all([
    RenderedChart.render(),
    RenderedChart.render(EVERYTHING),
    createTestKeys(),
    mkdtemp(join(tmpdir(), 'push-contact-chart-')),
  ]);
});

afterAll(async () => {
  await keys.remove();
  await rm(files, { recursive: true, force: true });
});

describe('the chart', () => {
  it('passes the linter of Helm', async () => {
    await expect(runHelm(['lint', '--strict', CHART], EVERYTHING)).resolves.toContain('0 chart(s) failed');
  });

  it('renders what the schemas of Kubernetes allow', async () => {
    const other = await RenderedChart.render({ ...OTHER_PUSH_API, networkPolicies: { apiFrom: [], metricsFrom: [] } });
    const manifests = [plain, everything, other].flatMap((chart) => chart.manifests);
    expect(await findSchemaFaults(manifests)).toEqual([]);
    expect(new Set(manifests.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(8);
  });

  it.each([
    ['an unknown member', { replica: 2 }, 'replica'],
    ['a wrong type', { replicas: '2' }, "Type 'string' is not assignable to type 'number'"],
  ])('would not render %s unnoticed', async (_, member, fault) => {
    const deployment = plain.find('Deployment', 'worker') as Manifest & { spec: object };
    const faults = await findSchemaFaults([{ ...deployment, spec: { ...deployment.spec, ...member } } as Manifest]);
    expect(faults.join('\n')).toContain(fault);
  });

  it.each([
    ['a secret as a plain setting', { settings: { MONGODB_URI: 'mongodb://user:password@db' } }],
    ['a secret as a setting of one part', { pushApi: { settings: { VAPID_PRIVATE_KEY: 'key' } } }],
    ['a misspelled value', { worker: { replica: 3 } }],
    ['no Secret for the address of MongoDB', { secrets: { mongodbUri: { name: '' } } }],
    ['a tag as digest', { image: { digest: 'latest' } }],
    ['a grace period that is shorter than a stop', { terminationGracePeriodSeconds: 20 }],
    ['neither the built-in PushApi nor another', { pushApi: { enabled: false } }],
    ['a runbook base that is no URL', { prometheusRule: { runbookBase: 'git.example.com/push-contact' } }],
    ['no keys of callers', { jwtPublicKeys: { configMap: '' } }],
  ])('refuses %s', async (_, values) => {
    await expect(RenderedChart.render(values)).rejects.toThrow();
  });
});

describe.each(PARTS)('a pod of %s', (part) => {
  it('starts with settings that the product accepts', async () => {
    for (const chart of [plain, everything]) {
      const settings = loadConfig(await withFiles(chart.environment(part)), []);
      expect(settings.mode).toBe(part);
    }
  });

  it('has its secrets as files, and no value of one', () => {
    const { spec, container } = everything.pod(part);
    const names = (container.env ?? []).map(({ name }) => name);
    expect(names.filter((name) => SECRET.test(name))).toEqual([]);
    expect(container.envFrom).toBeUndefined();
    const [secrets] = spec.volumes ?? [];
    const paths =
      secrets?.projected?.sources?.flatMap(({ secret }) => secret?.items?.map(({ path }) => path) ?? []) ?? [];
    const named = (container.env ?? []).filter(({ name }) => name.endsWith('_FILE')).map(({ value }) => value);
    expect(named.sort()).toEqual(paths.map((path) => `/run/secrets/push-contact/${path}`).sort());
    expect(paths.includes('VAPID_PRIVATE_KEY')).toBe(part === 'push-api');
    expect(paths.includes('DOPPLER_INTERNAL_TOKEN')).toBe(part === 'worker');
    const ofStoredData = paths.filter((path) => /^(MONGODB|REDIS|ENCRYPTION)_/.test(path)).sort();
    const all = ['ENCRYPTION_IV', 'ENCRYPTION_KEY', 'MONGODB_URI', 'REDIS_CA', 'REDIS_SENTINEL_PASSWORD', 'REDIS_URL'];
    expect(ofStoredData).toEqual(part === 'push-api' ? [] : all);
  });

  it('may change nothing, and calls no Kubernetes', () => {
    const { spec, container } = plain.pod(part);
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(container.volumeMounts?.every(({ readOnly }) => readOnly === true)).toBe(true);
  });

  it('is probed by routes that exist, and restarted by liveness alone', () => {
    const { container } = plain.pod(part);
    const paths = ({ httpGet }: Probe = {}): unknown => httpGet?.path;
    expect(paths(container.startupProbe)).toBe('/health/live');
    expect(paths(container.livenessProbe)).toBe('/health/live');
    // Without Firebase, push-api still sends Web Push.
    expect(paths(container.readinessProbe)).toBe(part === 'push-api' ? '/health/live' : '/health/ready');
    const openApi = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, unknown> };
    expect(Object.keys(openApi.paths)).toEqual(expect.arrayContaining(['/health/live', '/health/ready']));
  });

  it('starts with the flags of its mode, by the image’s command or by its own', () => {
    const command = plain.pod(part).container.command ?? commandOfImage();
    expect(command).toEqual(['node', ...startFlagsOf(part), 'dist/main.js']);
  });

  it('has longer to end than it takes', () => {
    const { spec, container } = plain.pod(part);
    const waits = Number(container.lifecycle?.preStop?.exec?.command?.[1] ?? 0);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(SHUTDOWN_SECONDS + waits);
    expect(waits > 0).toBe(part !== 'worker');
  });

  it('is one of few that a drained node may take away', () => {
    const { spec } = plain.find('PodDisruptionBudget', part) as Manifest & PodDisruptionBudget;
    expect(spec?.maxUnavailable).toBe(1);
    expect(selects(spec?.selector?.matchLabels, plain.pod(part).labels)).toBe(true);
    for (const other of PARTS.filter((each) => each !== part)) {
      expect(selects(spec?.selector?.matchLabels, plain.pod(other).labels)).toBe(false);
    }
  });
});

describe('the network policies', () => {
  it.each(PARTS)('deny %s what no other allows', (part) => {
    const denying = plain
      .policies(part)
      .filter(({ spec }) => spec?.ingress === undefined && spec?.egress === undefined);
    expect(denying.map(({ spec }) => spec?.policyTypes)).toEqual([['Ingress', 'Egress']]);
  });

  it('let the api and the worker reach PushApi, and nobody the worker', () => {
    const callers = incoming(plain, 'push-api', 'http');
    for (const part of ['api', 'worker']) expect(callers.some((peer) => selectsPod(peer, plain, part))).toBe(true);
    expect(incoming(plain, 'worker', 'http')).toEqual([]);
    expect(incoming(plain, 'api', 'http')).toHaveLength(1);
  });

  it('keep PushApi from MongoDB, Redis and every private address, and others from the internet', () => {
    expect(outgoing(plain, 'push-api', 27017)).toEqual([]);
    expect(outgoing(plain, 'push-api', 6379)).toEqual([]);
    const internet = outgoing(plain, 'push-api', 443);
    for (const address of PRIVATE) expect([address, allows(internet, address)]).toEqual([address, false]);
    for (const address of ['142.250.1.95', '2a00:1450:4001::5f']) expect(allows(internet, address)).toBe(true);
    for (const part of ['api', 'worker']) {
      expect(outgoing(plain, part, 443)).toEqual([]);
      expect(outgoing(plain, part, 27017)).toHaveLength(1);
    }
  });

  it('let the worker alone reach Doppler, where there is one', () => {
    expect(PARTS.map((part) => reachesPort(everything, part, 443))).toEqual([false, true, true]);
  });

  it('let apis and workers reach another PushApi', async () => {
    const other = await RenderedChart.render(OTHER_PUSH_API);
    expect(['api', 'worker'].map((part) => reachesPort(other, part, 443))).toEqual([true, true]);
    expect(other.environment('worker').PUSH_API_URL).toBe('https://push-api.example.com');
    expect(other.manifests.some(({ metadata }) => metadata.name.endsWith('-push-api'))).toBe(false);
  });
});

describe('the rest', () => {
  it('sends callers to the pods of their part', () => {
    for (const part of ['api', 'push-api']) {
      const { spec } = plain.find('Service', part) as Manifest & Service;
      expect(PARTS.filter((each) => selects(spec?.selector, plain.pod(each).labels))).toEqual([part]);
    }
    const { port } = (plain.find('Service', 'push-api') as Manifest & Service).spec?.ports?.[0] ?? {};
    expect(plain.environment('worker').PUSH_API_URL).toBe(`http://${RELEASE}-push-contact-push-api:${port}`);
  });

  it('adds workers by what has waited longest', async () => {
    const scaledByKeda = { ...scaled, targetAgeSeconds: 45, prometheusUrl: 'http://prometheus:9090' };
    const chart = await RenderedChart.render({ worker: { autoscaling: scaledByKeda } });
    const { spec } = chart.find('ScaledObject', 'worker') as Manifest & {
      spec: { triggers: object[]; scaleTargetRef: object };
    };
    expect(spec.scaleTargetRef).toEqual({ name: `${RELEASE}-push-contact-worker` });
    expect(spec.triggers).toEqual([
      {
        type: 'prometheus',
        metricType: 'Value',
        metadata: {
          serverAddress: 'http://prometheus:9090',
          query: 'max({__name__=~"push_contact_oldest_overdue_(batch|plan)_age_seconds",namespace="push"})',
          threshold: '45',
          ignoreNullValues: 'false',
        },
      },
    ]);
    // The autoscaler sets their number; a value here would set it back at every upgrade.
    expect((chart.find('Deployment', 'worker') as Manifest & { spec: object }).spec).not.toHaveProperty('replicas');
  });

  it('has the alerts of ops/prometheus, with what Prometheus itself fills in', () => {
    const rule = everything.manifests.find(({ kind }) => kind === 'PrometheusRule') as Manifest & { spec: object };
    expect(rule.spec).toEqual(parse(readFileSync('ops/prometheus/push-contact.rules.yml', 'utf8')));
    expect(JSON.stringify(rule.spec)).toContain('{{ $labels.');
  });

  it.each(['https://git.example.com/push-contact', 'https://git.example.com/push-contact/'])(
    'leads from each alert to its runbook below %s',
    async (runbookBase) => {
      const chart = await RenderedChart.render({ prometheusRule: { enabled: true, runbookBase } });
      const rule = chart.manifests.find(({ kind }) => kind === 'PrometheusRule') as Manifest & { spec: object };
      const shipped = readFileSync('ops/prometheus/push-contact.rules.yml', 'utf8');
      const links = 'runbook_url: https://git.example.com/push-contact/docs/runbooks.md#';
      expect(rule.spec).toEqual(parse(shipped.replaceAll('runbook_url: docs/runbooks.md#', links)));
    },
  );

  it('scales by metrics that there are, and gives them the label that alerts look for', () => {
    const metrics = readFileSync('docs/metrics.md', 'utf8');
    for (const kind of ['batch', 'plan'])
      expect(metrics).toContain(`### \`push_contact_oldest_overdue_${kind}_age_seconds\``);
    const monitor = everything.manifests.find(({ kind }) => kind === 'PodMonitor') as Manifest & {
      spec: { podMetricsEndpoints: { relabelings: object[] }[] };
    };
    const job = { targetLabel: 'job', replacement: `push-contact-push-${RELEASE}` };
    expect(monitor.spec.podMetricsEndpoints.map(({ relabelings }) => relabelings)).toEqual([[job]]);
  });

  it('names the image by its digest, and one part by another tag during an upgrade', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(everything.pod('api').container.image).toBe(`push-contact@${digest}`);
    const chart = await RenderedChart.render({ image: { tag: '2.0.0' }, api: { imageTag: '1.9.0' } });
    expect(PARTS.map((part) => chart.pod(part).container.image)).toEqual([
      'push-contact:1.9.0',
      'push-contact:2.0.0',
      'push-contact:2.0.0',
    ]);
  });

  it('runs the version that it is released with', () => {
    const { appVersion } = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8')) as { appVersion: string };
    expect(appVersion).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
  });
});

const PRIVATE = [
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.0.9',
  '192.168.1.1',
  '224.0.0.1',
  '::1',
  '64:ff9b::a01:203',
  'fd00::1',
  'fe80::1',
];

/** As a pod has them: paths of secrets lead to files with valid values. */
async function withFiles(environment: Record<string, string>): Promise<Record<string, string>> {
  const values: Record<string, string> = {
    MONGODB_URI_FILE: 'mongodb://user:password@db.example/push-contact?replicaSet=rs0',
    REDIS_URL_FILE: 'rediss://:password@mymaster',
    ENCRYPTION_KEY_FILE: Buffer.alloc(32).toString('base64'),
    ENCRYPTION_IV_FILE: Buffer.alloc(16).toString('base64'),
    PUSH_API_TOKEN_FILE: 'token',
    VAPID_PRIVATE_KEY_FILE: '',
    DOPPLER_INTERNAL_TOKEN_FILE: 'token',
    REDIS_SENTINEL_PASSWORD_FILE: 'password',
    REDIS_CA_FILE: rootCertificates[0] ?? '',
  };
  const result = { ...environment, NODE_ENV: 'production', JWT_PUBLIC_KEYS_DIR: keys.folder };
  if ('VAPID_PRIVATE_KEY_FILE' in result) {
    const pair = generateP256KeyPair();
    Object.assign(result, { VAPID_PUBLIC_KEY: pair.publicKey });
    values.VAPID_PRIVATE_KEY_FILE = pair.privateKey;
  }
  for (const name of Object.keys(result).filter((each) => each.endsWith('_FILE'))) {
    await writeFile(join(files, name), values[name] ?? '');
    Object.assign(result, { [name]: join(files, name) });
  }
  return result;
}

function incoming(chart: RenderedChart, part: string, port: string): NetworkPolicyPeer[] {
  const rules = chart.policies(part).flatMap(({ spec }) => spec?.ingress ?? []);
  return rules.filter(({ ports }) => ports?.some((each) => each.port === port)).flatMap(({ from }) => from ?? [{}]);
}

/** Peers that a part may reach at a port; an empty one stands for every address. */
function outgoing(chart: RenderedChart, part: string, port: number): NetworkPolicyPeer[] {
  const rules = chart.policies(part).flatMap(({ spec }) => spec?.egress ?? []);
  return rules.filter(({ ports }) => ports?.some((each) => each.port === port)).flatMap(({ to }) => to ?? [{}]);
}

function reachesPort(chart: RenderedChart, part: string, port: number): boolean {
  return outgoing(chart, part, port).length > 0;
}

function selectsPod({ podSelector }: NetworkPolicyPeer, chart: RenderedChart, part: string): boolean {
  return podSelector !== undefined && selects(podSelector.matchLabels, chart.pod(part).labels);
}

function allows(peers: readonly NetworkPolicyPeer[], address: string): boolean {
  return peers.some(({ ipBlock }) => {
    if (ipBlock === undefined) return true;
    return isIn(address, ipBlock.cidr) && !(ipBlock.except ?? []).some((range) => isIn(address, range));
  });
}

function isIn(address: string, range: string): boolean {
  const parsed = ipaddr.parse(address);
  const [network, bits] = ipaddr.parseCIDR(range);
  return parsed.kind() === network.kind() && parsed.match(network, bits);
}
