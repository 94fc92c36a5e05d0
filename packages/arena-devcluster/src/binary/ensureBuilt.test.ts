import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt } from './ensureBuilt';

describe('ensureBuilt', () => {
  let folder: string;
  let lines: string[];
  const progress = (line: string) => lines.push(line);

  beforeEach(async () => {
    lines = [];
    folder = await mkdtemp(path.join(tmpdir(), 'arena-built-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function ensure(build: (part: string) => Promise<void>) {
    const target = path.join(folder, 'cache', 'thing');
    return ensureBuilt({ target, what: 'a thing', build, progress });
  }

  it('should build once for all who ask at the same time', async () => {
    let builds = 0;
    const build = async (part: string) => {
      builds += 1;
      await writeFile(part, `build ${builds}`);
    };
    const targets = await Promise.all([1, 2, 3].map(() => ensure(build)));
    expect(builds).toBe(1);
    expect(new Set(targets).size).toBe(1);
    expect(await readFile(targets[0], 'utf8')).toBe('build 1');
    expect(lines).toContain('Building a thing');
    expect(lines).toContain(
      'Waiting for a thing, which another process is building',
    );
  });

  it('should leave nothing of a build that failed, and build again', async () => {
    const failing = ensure(async part => {
      await writeFile(part, 'half');
      throw new Error('no disk');
    });
    await expect(failing).rejects.toThrow('no disk');
    expect(await readdir(path.join(folder, 'cache'))).toEqual([]);

    const target = await ensure(part => writeFile(part, 'whole'));
    expect(await readFile(target, 'utf8')).toBe('whole');
  });
});
