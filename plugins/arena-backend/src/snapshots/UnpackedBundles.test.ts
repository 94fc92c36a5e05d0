import { mockLogger } from '../__testUtils__/mockLogger';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnpackedBundles } from './UnpackedBundles';

const NOW = new Date('2026-05-04T12:00:00Z');
const LONG_AGO = new Date('2026-05-01T12:00:00Z');
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe('UnpackedBundles', () => {
  let directory: string;
  let inUse: string[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'arena-bundles-'));
    inUse = [];
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const create = (folder = directory) =>
    new UnpackedBundles({
      directory: folder,
      async *inUse() {
        yield* inUse;
      },
      clock: { now: () => NOW },
      logger: mockLogger(),
    });

  function put(name: string, usedAt: Date): void {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'config.arena.yaml'), 'spec: {}');
    utimesSync(join(directory, name), usedAt, usedAt);
  }

  it('says where a bundle is to be, and whether it is there', async () => {
    const bundles = create();
    const path = join(directory, 'a'.repeat(64));
    expect(await bundles.locate(digest('a'))).toEqual({ path, exists: false });
    put('a'.repeat(64), LONG_AGO);
    expect(await bundles.locate(digest('a'))).toEqual({ path, exists: true });
  });

  it('refuses what is no digest, since it becomes part of a path', async () => {
    await expect(create().locate('sha256:../../etc')).rejects.toThrow(
      "Invalid digest 'sha256:../../etc': allowed is sha256:<64 hexadecimal digits>",
    );
  });

  it('deletes what nobody asked for in a while, unless an open run needs it', async () => {
    for (const letter of ['a', 'b', 'c']) put(letter.repeat(64), LONG_AGO);
    put('abandoned-Xy', LONG_AGO);
    // Of a process that was killed while it deleted.
    put(`${'e'.repeat(64)}.deleted-01234567`, LONG_AGO);
    put('d'.repeat(64), NOW);
    inUse = [digest('b')];
    const bundles = create();
    await bundles.locate(digest('c'));

    await bundles.prune();

    expect(readdirSync(directory)).toEqual(
      ['b', 'c', 'd'].map(letter => letter.repeat(64)),
    );
  });

  it('has nothing to delete before the first bundle', async () => {
    const missing = join(directory, 'missing');
    await create(missing).prune();
    expect(existsSync(missing)).toBe(false);
  });
});
