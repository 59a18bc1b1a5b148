import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { commandOfImage, startFlagsOf } from '../support/start-flags.js';

interface ComposeFile {
  readonly services: Readonly<
    Record<string, { readonly command?: string[]; readonly environment: { APP_MODE: string } }>
  >;
}

describe('the flags of Node.js in package.json', () => {
  const { services } = parse(readFileSync('docker/compose.yml', 'utf8'), { merge: true }) as ComposeFile;

  it.each(['api', 'worker', 'push-api'])('are those of the compose file’s %s', (part) => {
    const service = services[part];
    expect(service?.environment.APP_MODE).toBe(part);
    expect(service?.command ?? commandOfImage()).toEqual(['node', ...startFlagsOf(part), 'dist/main.js']);
  });

  it('are those of the image, whatever mode it runs in', () => {
    expect(commandOfImage()).toEqual(['node', ...startFlagsOf('all'), 'dist/main.js']);
  });

  it('are those that README.md names', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const mode of ['api', 'worker']) {
      expect(readme).toContain(`node ${startFlagsOf(mode).join(' ')} dist/main.js --mode=${mode} `);
    }
  });
});
