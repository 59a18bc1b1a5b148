import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertIntegrity } from './pinned-package.js';

describe('assertIntegrity', () => {
  let folder: string;
  let tarball: string;
  const content = Buffer.alloc(200_000, 'mongod');
  const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'push-contact-integrity-'));
    tarball = join(folder, 'package.tgz');
    await writeFile(tarball, content);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('accepts the tarball that was pinned', async () => {
    await expect(assertIntegrity(tarball, integrity)).resolves.toBeUndefined();
  });

  it('refuses a tarball with one byte more', async () => {
    await appendFile(tarball, '!');
    await expect(assertIntegrity(tarball, integrity)).rejects.toThrow('not the package that was pinned');
  });

  it('refuses a tarball whose hash is pinned with another algorithm', async () => {
    const sha1 = `sha1-${createHash('sha1').update(content).digest('base64')}`;
    await expect(assertIntegrity(tarball, sha1)).rejects.toThrow('not the package that was pinned');
  });
});
