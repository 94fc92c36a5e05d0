import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isInside, readInside } from './confinedFile';

describe('readInside', () => {
  let root: string;
  let folder: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'confined-'));
    folder = path.join(root, 'folder');
    await mkdir(path.join(folder, 'sub'), { recursive: true });
    await writeFile(path.join(root, 'secret.txt'), 'secret');
    await writeFile(path.join(folder, 'sub', 'a.txt'), 'inside');
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it('reads what lies in the folder', async () => {
    expect(await readInside(folder, 'sub/a.txt', 100)).toBe('inside');
    expect(await readInside(folder, 'sub/../sub/a.txt', 100)).toBe('inside');
  });

  it('refuses whatever leads out of it', async () => {
    await symlink(path.join(root, 'secret.txt'), path.join(folder, 'link'));
    for (const name of [
      '../secret.txt',
      'link',
      path.join(root, 'secret.txt'),
    ]) {
      await expect(readInside(folder, name, 100)).rejects.toThrow(
        `"${name}" lies outside`,
      );
    }
  });

  it('refuses folders, large files and what is no text', async () => {
    await writeFile(path.join(folder, 'binary'), Buffer.from([0xff, 0xfe]));
    await expect(readInside(folder, 'sub', 100)).rejects.toThrow('not a file');
    await expect(readInside(folder, 'sub/a.txt', 3)).rejects.toThrow(
      'has 6 bytes: allowed are at most 3',
    );
    await expect(readInside(folder, 'binary', 100)).rejects.toThrow('UTF-8');
    await expect(readInside(folder, 'nothing', 100)).rejects.toThrow(
      '"nothing" does not exist',
    );
  });

  it('does not take a name that begins with two dots for a way out', () => {
    expect(isInside('/a', '/a/..b')).toBe(true);
    expect(isInside('/a', '/ab')).toBe(false);
  });
});
