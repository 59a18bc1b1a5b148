import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installIntoCache } from './cache-install.js';

describe('installIntoCache', () => {
  let cacheDir: string;

  beforeEach(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'push-contact-cache-'));
  });

  afterEach(() => rm(cacheDir, { recursive: true, force: true }));

  const fillWith = (text: string) => (folder: string) => writeFile(join(folder, 'file'), text);

  it('leaves no folder behind when filling fails', async () => {
    const fill = async (folder: string): Promise<void> => {
      await fillWith('half')(folder);
      throw new Error('broke off');
    };
    await expect(installIntoCache(cacheDir, 'target', fill)).rejects.toThrow('broke off');
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('keeps the folder of the process that was first', async () => {
    await installIntoCache(cacheDir, 'target', async (folder) => {
      await fillWith('slower')(folder);
      await installIntoCache(cacheDir, 'target', fillWith('faster'));
    });
    expect(await readdir(cacheDir)).toEqual(['target']);
    expect(await readFile(join(cacheDir, 'target', 'file'), 'utf8')).toBe('faster');
  });

  it('deletes an unfinished folder of two hours ago, but not a recent one', async () => {
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    await mkdir(join(cacheDir, '.unfinished-old'));
    await utimes(join(cacheDir, '.unfinished-old'), twoHoursAgo, twoHoursAgo);
    await mkdir(join(cacheDir, '.unfinished-new'));
    await installIntoCache(cacheDir, 'target', fillWith('whole'));
    expect((await readdir(cacheDir)).sort()).toEqual(['.unfinished-new', 'target']);
  });
});
