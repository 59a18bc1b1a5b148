import { readFileSync } from 'node:fs';

/**
 * Flags that the mode's script in package.json gives Node.js (docs/decisions/0006): the image, the chart and
 * the compose file start it with the same.
 */
export function startFlagsOf(mode: string, packageJson = 'package.json'): string[] {
  const { scripts } = JSON.parse(readFileSync(packageJson, 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const script = scripts[`start:${mode}`] ?? scripts.start ?? '';
  return script.split(' ').filter((part) => part.startsWith('--max-'));
}

/** The image's command, which containers run that have none of their own. */
export function commandOfImage(): string[] {
  const [, command = ''] = /^CMD (.+)$/m.exec(readFileSync('docker/Dockerfile', 'utf8')) ?? [];
  return JSON.parse(command) as string[];
}
