import { execFileSync } from 'node:child_process';

const COMMAND = 'node_modules/openapi-typescript/bin/cli.js';

it('the types of the console are those of docs/openapi.json (npm run openapi)', () => {
  const check = ['docs/openapi.json', '-o', 'src/console/page/api/schema.d.ts', '--check'];

  expect(() => execFileSync(process.execPath, [COMMAND, ...check], { stdio: 'pipe' })).not.toThrow();
});
