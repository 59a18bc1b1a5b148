import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import { parseAllDocuments } from 'yaml';
import { findHelm } from './find-helm.js';
import type { Manifest } from './kubernetes-schemas.js';

const run = promisify(execFile);

export const CHART = 'ops/helm/push-contact';
export const RELEASE = 'shop';

/** Runs Helm on the chart with these values. Rejects with what Helm prints when it refuses. */
export async function runHelm(args: readonly string[], values: object = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-helm-'));
  const file = join(folder, 'values.json');
  try {
    await writeFile(file, JSON.stringify(values));
    // Without settings and plug-ins of whoever runs the test.
    const env = { HOME: folder, PATH: '/usr/bin:/bin' };
    return (await run(await findHelm(), [...args, '--values', file], { env })).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `helm template` renders. */
export class RenderedChart {
  private constructor(readonly manifests: readonly Manifest[]) {}

  static async render(values: object = {}): Promise<RenderedChart> {
    const text = await runHelm(['template', RELEASE, CHART, '--namespace', 'push'], values);
    return new RenderedChart(
      parseAllDocuments(text)
        .map((document) => document.toJS() as Manifest | null)
        .filter((manifest) => manifest !== null),
    );
  }

  /** The only manifest of this kind and part: `api`, `worker` or `push-api`. */
  find(kind: string, part: string): Manifest {
    const found = this.manifests.filter(
      (manifest) => manifest.kind === kind && manifest.metadata.name === `${RELEASE}-push-contact-${part}`,
    );
    const [manifest] = found;
    if (manifest === undefined || found.length > 1) throw new Error(`${found.length} of ${kind} ${part}`);
    return manifest;
  }

  pod(part: string): { spec: PodSpec; labels: Readonly<Record<string, string>>; container: Container } {
    const { template } = (this.find('Deployment', part) as Manifest & Deployment).spec ?? {};
    const [container] = template?.spec?.containers ?? [];
    if (template?.spec === undefined || container === undefined) throw new Error(`${part} has no container`);
    return { spec: template.spec, labels: template.metadata?.labels ?? {}, container };
  }

  environment(part: string): Record<string, string> {
    return Object.fromEntries((this.pod(part).container.env ?? []).map(({ name, value = '' }) => [name, value]));
  }

  /** The network policies that select the pods of a part. */
  policies(part: string): NetworkPolicy[] {
    const { labels } = this.pod(part);
    return this.manifests
      .filter((manifest): manifest is Manifest & NetworkPolicy => manifest.kind === 'NetworkPolicy')
      .filter(({ spec }) => selects(spec?.podSelector.matchLabels, labels));
  }
}

/** Whether pods with these labels are selected. */
export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value);
}
