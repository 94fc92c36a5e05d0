import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
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

  it('should remove earlier ones of the same when they are days old', async () => {
    const cache = path.join(folder, 'cache');
    await mkdir(cache);
    const old = new Date(Date.now() - 7 * 24 * 3_600_000);
    for (const name of ['thing-1', 'thing-2', 'other-1']) {
      await writeFile(path.join(cache, name), name);
      if (name !== 'thing-2') await utimes(path.join(cache, name), old, old);
    }
    await ensureBuilt({
      target: path.join(cache, 'thing-3'),
      what: 'a thing',
      replaces: 'thing-',
      build: part => writeFile(part, 'whole'),
      progress,
    });
    expect((await readdir(cache)).sort()).toEqual([
      'other-1',
      'thing-2',
      'thing-3',
    ]);
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
