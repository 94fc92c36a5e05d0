import { createMockDirectory } from '@backstage/backend-test-utils';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { FetchedSource } from '@backstage-arena/plugin-arena-node';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  readdir,
  rename,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, Header } from 'tar-stream';
import { WorkspaceFetcher } from './WorkspaceFetcher';
import { WorkspaceLimits } from './WorkspaceLimits';

const { signal } = new AbortController();

function source(path: unknown): ArenaObject {
  return {
    apiVersion: 'omnia.altairalabs.ai/v1alpha1',
    kind: 'ArenaSource',
    metadata: {
      name: 'source',
      namespace: 'team',
      uid: 'uid',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T10:00:00Z',
    },
    spec: { type: 'workspace', workspace: { path: path as string } },
  };
}

async function unpack(archive: NodeJS.ReadableStream) {
  const entries: { header: Header; content: string }[] = [];
  const tar = extract();
  tar.on('entry', (header, stream, next) => {
    buffer(stream).then(content => {
      entries.push({ header, content: content.toString() });
      next();
    }, next);
  });
  await pipeline(archive, createGunzip(), tar);
  return entries;
}

async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd')).length;
}

describe('WorkspaceFetcher', () => {
  const host = createMockDirectory();

  beforeEach(() => {
    host.setContent({
      'root/bundle/config.arena.yaml': 'kind: Arena',
      'root/bundle/scenarios/b.yaml': 'b',
      'root/bundle/scenarios/a.yaml': 'a',
      'root/bundle/.git/HEAD': 'ref: refs/heads/main',
      'root/bundle/empty': {},
      'outside/secret.txt': 'secret',
    });
  });

  function fetcher(limits?: Partial<WorkspaceLimits>) {
    return new WorkspaceFetcher({ roots: [host.resolve('root')], limits });
  }

  async function fetch(path: string, limits?: Partial<WorkspaceLimits>) {
    return fetcher(limits).fetch(source(path), { signal });
  }

  it('packs the files in one order, without owners and times', async () => {
    const { revision, archive } = await fetch('bundle');
    expect(revision).toMatch(/^sha256:[0-9a-f]{64}$/);
    const entries = await unpack(archive);
    expect(entries.map(entry => [entry.header.name, entry.content])).toEqual([
      ['config.arena.yaml', 'kind: Arena'],
      ['scenarios/a.yaml', 'a'],
      ['scenarios/b.yaml', 'b'],
    ]);
    for (const { header } of entries) {
      expect(header).toMatchObject({
        mode: 0o644,
        uid: 0,
        gid: 0,
        uname: '',
        mtime: new Date(0),
      });
    }
  });

  it('gives equal bytes for equal content, wherever it lies and whenever it was written', async () => {
    const read = async (path: string) => {
      const { revision, archive } = await fetch(path);
      const bytes = await buffer(archive);
      return [revision, createHash('sha256').update(bytes).digest('hex')];
    };
    const first = await read('bundle');
    host.addContent({
      'root/copy/scenarios/a.yaml': 'a',
      'root/copy/config.arena.yaml': 'kind: Arena',
      'root/copy/scenarios/b.yaml': 'b',
    });
    await utimes(host.resolve('root/copy/config.arena.yaml'), 1, 1);
    await chmod(host.resolve('root/copy/config.arena.yaml'), 0o600);
    expect(await read('copy')).toEqual(first);

    await chmod(host.resolve('root/copy/config.arena.yaml'), 0o700);
    expect(await read('copy')).not.toEqual(first);
    await chmod(host.resolve('root/copy/config.arena.yaml'), 0o600);
    await writeFile(host.resolve('root/copy/scenarios/a.yaml'), 'A');
    expect(await read('copy')).not.toEqual(first);
  });

  it('finds a folder in the first root that has it', async () => {
    host.addContent({ 'second/only/x.yaml': 'x', 'second/bundle/y': 'y' });
    const two = new WorkspaceFetcher({
      roots: [
        host.resolve('missing'),
        host.resolve('root'),
        host.resolve('second'),
      ],
    });
    const names = async (path: string) => {
      const { archive } = await two.fetch(source(path), { signal });
      return (await unpack(archive)).map(entry => entry.header.name);
    };
    expect(await names('only')).toEqual(['x.yaml']);
    expect(await names('bundle')).toContain('config.arena.yaml');
  });

  it.each([
    ['../outside', 'InputError'],
    ['bundle/../../outside', 'InputError'],
    ['bundle\\..\\..\\outside', 'InputError'],
    ['/etc', 'InputError'],
    ['', 'InputError'],
    ['a\0b', 'InputError'],
    ['missing', 'SourceFetchError'],
    ['bundle/config.arena.yaml', 'InputError'],
    ['bundle/empty', 'SourceFetchError'],
    ['bundle/config.arena.yaml/x', 'SourceFetchError'],
  ])('refuses the path %j', async (path, name) => {
    const failure = fetch(path);
    await expect(failure).rejects.toMatchObject({
      name,
      message: expect.stringContaining('spec.workspace.path'),
    });
    await expect(failure).rejects.not.toThrow(host.path);
  });

  it('says that no folder is open', async () => {
    await expect(
      new WorkspaceFetcher({ roots: [] }).fetch(source('x'), { signal }),
    ).rejects.toThrow('arena.workspaceRoots in app-config');
    await expect(
      fetcher().fetch(source(undefined), { signal }),
    ).rejects.toThrow('spec.workspace.path: Required value');
  });

  it('reads what was uploaded for the source, else what earlier releases kept for its namespace', async () => {
    host.addContent({
      'uploads/team/mine/x.yaml': 'x',
      'uploads/other/theirs/y.yaml': 'y',
      'uploads/.incoming/half/z.yaml': 'z',
    });
    let uploaded: FetchedSource | undefined;
    const both = new WorkspaceFetcher({
      roots: [host.resolve('root')],
      uploaded: async () => uploaded,
      earlierUploads: host.resolve('uploads'),
    });
    const { archive } = await both.fetch(source('team/mine'), { signal });
    expect(await unpack(archive)).toHaveLength(1);
    uploaded = { revision: 'r', archive: Readable.from([]) };
    expect(await both.fetch(source('team/mine'), { signal })).toBe(uploaded);
    const elsewhere = await both.fetch(source('bundle'), { signal });
    expect(elsewhere.revision).not.toBe('r');
    elsewhere.archive.destroy();
    uploaded = undefined;
    for (const path of ['other/theirs', '.incoming/half']) {
      await expect(both.fetch(source(path), { signal })).rejects.toMatchObject({
        reason: 'PathNotFound',
      });
    }
  });

  it('gives up on links that have few files stand in very many places', async () => {
    const bundle = host.resolve('root/bundle');
    for (let level = 0; level < 8; level += 1) {
      host.addContent({ [`root/bundle/l${level}`]: {} });
      for (let n = 0; n < 4; n += 1) {
        await symlink(`../l${level + 1}`, `${bundle}/l${level}/to-${n}`);
      }
    }
    host.addContent({ 'root/bundle/l8': {} });
    await expect(fetch('bundle', { maxFiles: 100 })).rejects.toThrow(
      'There are more than 400 files, folders and links (limit maxFiles)',
    );
  });

  it('follows links that stay inside, and refuses those that leave', async () => {
    const bundle = host.resolve('root/bundle');
    await symlink('scenarios/a.yaml', `${bundle}/link.yaml`);
    await symlink('scenarios', `${bundle}/more`);
    const entries = await unpack((await fetch('bundle')).archive);
    expect(
      entries.map(entry => [entry.header.name, entry.header.type]),
    ).toEqual([
      ['config.arena.yaml', 'file'],
      ['link.yaml', 'file'],
      ['more/a.yaml', 'file'],
      ['more/b.yaml', 'file'],
      ['scenarios/a.yaml', 'file'],
      ['scenarios/b.yaml', 'file'],
    ]);

    await symlink(host.resolve('outside/secret.txt'), `${bundle}/leak`);
    await expect(fetch('bundle')).rejects.toMatchObject({
      name: 'SourceFetchError',
      message: '"leak" is a link that leaves the folder of the source',
    });
    await symlink(host.resolve('outside'), host.resolve('root/out'));
    await expect(fetch('out')).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
    await expect(fetch('out/secret.txt')).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
  });

  it('refuses links that lead nowhere or round in a circle', async () => {
    await symlink('gone', host.resolve('root/bundle/dangling'));
    await expect(fetch('bundle')).rejects.toThrow(
      '"dangling" is a link that leads nowhere (ENOENT)',
    );
    await mkdir(host.resolve('root/loop'));
    await symlink('.', host.resolve('root/loop/self'));
    await expect(fetch('loop')).rejects.toThrow(
      '"self" is a link to a folder that it is in',
    );
  });

  it('refuses what is no file, without waiting for it', async () => {
    execFileSync('mkfifo', [host.resolve('root/bundle/pipe')]);
    await expect(fetch('bundle')).rejects.toThrow(
      '"pipe" is neither a file nor a folder nor a link',
    );
  });

  it('refuses a name that is no text', async () => {
    await writeFile(
      Buffer.concat([
        Buffer.from(`${host.resolve('root/bundle')}/`),
        Buffer.from([0x61, 0xff]),
      ]),
      'x',
    );
    await expect(fetch('bundle')).rejects.toThrow('is not valid UTF-8');
  });

  it.each<[Partial<WorkspaceLimits>, string]>([
    [{ maxFiles: 2 }, 'more than 2 files (limit maxFiles)'],
    [
      { maxFileBytes: 5 },
      '"config.arena.yaml" has 11 bytes, at most 5 are allowed in one file (limit maxFileBytes)',
    ],
    [{ maxTotalBytes: 12 }, 'more than 12 bytes in all (limit maxTotalBytes)'],
    [{ maxDepth: 0 }, 'more than 0 folders deep (limit maxDepth)'],
  ])('names the limit: %j', async (limits, message) => {
    await expect(fetch('bundle', limits)).rejects.toThrow(message);
  });

  describe('when the folder changes while it is read', () => {
    const file = () => host.resolve('root/bundle/scenarios/b.yaml');

    it.each<[string, () => Promise<unknown>]>([
      ['grows', () => writeFile(file(), 'longer')],
      ['shrinks', () => truncate(file(), 0)],
      ['has other content of the same length', () => writeFile(file(), 'c')],
      ['is gone', () => rename(file(), `${file()}.old`)],
      [
        'becomes a link',
        async () => {
          await rename(file(), `${file()}.old`);
          await symlink(host.resolve('outside/secret.txt'), file());
        },
      ],
    ])('fails when a file %s', async (_, change) => {
      const { archive } = await fetch('bundle');
      await change();
      await expect(buffer(archive)).rejects.toThrow(
        '"scenarios/b.yaml" changed while the folder was read',
      );
    });
  });

  it('packs large files, and lets go of an archive that is not read to its end', async () => {
    const big = 'x'.repeat(5_000_000);
    host.addContent({ 'root/big/a.txt': big, 'root/big/b.txt': big });
    const entries = await unpack((await fetch('big')).archive);
    expect(entries.map(entry => entry.content.length)).toEqual([
      5_000_000, 5_000_000,
    ]);

    const before = await openFiles();
    const { archive } = await fetch('big');
    for await (const chunk of archive) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const unread = await fetch('big');
    unread.archive.destroy();
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(await openFiles()).toBeLessThanOrEqual(before);
  });

  it('stops when asked to', async () => {
    const abort = new AbortController();
    const { archive } = await fetcher().fetch(source('bundle'), {
      signal: abort.signal,
    });
    abort.abort(new Error('enough'));
    await expect(buffer(archive)).rejects.toThrow('enough');
    await expect(
      fetcher().fetch(source('bundle'), { signal: abort.signal }),
    ).rejects.toThrow('enough');
  });
});
