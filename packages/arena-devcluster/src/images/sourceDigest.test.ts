import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sourceDigest } from './sourceDigest';

describe('sourceDigest', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'arena-sources-'));
    await mkdir(path.join(folder, 'src'));
    await writeFile(path.join(folder, 'src', 'a.ts'), 'a');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const digest = () => sourceDigest([{ name: 'x', version: '1.0.0', folder }]);

  it('should change with a source', async () => {
    const before = await digest();
    await writeFile(path.join(folder, 'src', 'a.ts'), 'b');
    expect(await digest()).not.toBe(before);
  });

  it('should not change with tests and what was built', async () => {
    const before = await digest();
    await writeFile(path.join(folder, 'src', 'a.test.ts'), 'test');
    await mkdir(path.join(folder, 'dist'));
    await writeFile(path.join(folder, 'dist', 'a.js'), 'built');
    expect(await digest()).toBe(before);
  });
});
