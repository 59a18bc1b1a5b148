import { mkdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import ts from 'typescript';

/** An object of Kubernetes as a template renders it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/** The module of `kubernetes-types`, which is generated from Kubernetes' OpenAPI document, of each API. */
const MODULES: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'networking.k8s.io/v1': 'networking/v1',
  'policy/v1': 'policy/v1',
};

/** APIs of extensions, which Kubernetes itself does not describe. */
const EXTENSIONS = ['keda.sh/v1alpha1', 'monitoring.coreos.com/v1'];

/**
 * Returns what Kubernetes' schemas do not allow in the manifests: unknown and missing members, wrong types,
 * unknown APIs and kinds. The compiler of TypeScript compares each with the type of its kind.
 */
export async function findSchemaFaults(manifests: readonly Manifest[]): Promise<string[]> {
  const known = manifests.filter(({ apiVersion }) => !EXTENSIONS.includes(apiVersion));
  const lines = known.map(({ apiVersion, kind }, index) => {
    const module = MODULES[apiVersion] ?? `unknown/${apiVersion}`;
    return `const m${index}: import('kubernetes-types/${module}').${kind} = ${JSON.stringify(known[index])};`;
  });
  const folder = resolve('.data/manifests');
  const file = resolve(folder, `${process.pid}-${Date.now()}.ts`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${lines.join('\n')}\nexport {};\n`);
  try {
    const options = { noEmit: true, strict: true, skipLibCheck: true, types: [], module: ts.ModuleKind.Preserve };
    return ts.getPreEmitDiagnostics(ts.createProgram([file], options)).map((fault) => describe(fault, known));
  } finally {
    await rm(file);
  }
}

function describe({ file, start = 0, messageText }: ts.Diagnostic, manifests: readonly Manifest[]): string {
  const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
  const manifest = manifests[line];
  const text = ts.flattenDiagnosticMessageText(messageText, ' ');
  return `${manifest?.kind} ${manifest?.metadata.name}: ${text}`;
}
