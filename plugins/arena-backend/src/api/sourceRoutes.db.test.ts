import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  ArenaSource,
  ArenaSourceArtifact,
} from '@backstage-arena/plugin-arena-common';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unpack } from '../sources/__testUtils__/sources';
import { WorkspaceFetcher } from '../sources/workspace/WorkspaceFetcher';
import { eachDatabase } from '../store/__testUtils__/storeTestBed';
import {
  asService,
  asUser,
  createApiTestBed,
  objectBody,
  objectsPath,
  WEBHOOK_SECRET,
} from './__testUtils__/apiTestBed';

jest.setTimeout(60_000);

const ARENA = `apiVersion: promptkit.altairalabs.ai/v1alpha1
kind: Arena
metadata: { name: small }
spec:
  defaults: {}
  prompt_configs: []
  providers:
    - file: mock.yaml
  scenarios:
    - file: hello.yaml
`;
const MOCK = `apiVersion: promptkit.altairalabs.ai/v1alpha1
kind: Provider
metadata: { name: mock }
spec: { id: mock, type: mock, model: m }
`;
const HELLO = `apiVersion: promptkit.altairalabs.ai/v1alpha1
kind: Scenario
metadata: { name: hello }
spec:
  task_type: chat
  description: Says hello
  turns:
    - role: user
      content: Hello
`;

const SOURCE = objectsPath('arenasources', 'bundle');

describe.each(eachDatabase())('routes of sources on %s', database => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'arena-source-routes-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function setUp() {
    const bed = await createApiTestBed(database);
    const { request, store, snapshots, revisions, clock } = bed;
    await request(objectsPath('arenasources'), {
      method: 'POST',
      body: objectBody('ArenaSource', 'bundle', {
        spec: { type: 'workspace', workspace: { path: 'b' } },
      }),
    });
    const key = { namespace: 'team', name: 'bundle' };
    const find = () => store.resources.get<ArenaSource>('ArenaSource', key);
    /** Stores files as what the source fetched. */
    const fetchFiles = async (files: Record<string, string | Buffer>) => {
      await rm(join(root, 'b'), { recursive: true, force: true });
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(root, 'b', path)), { recursive: true });
        await writeFile(join(root, 'b', path), content);
      }
      const source = await find();
      const { revision, archive } = await new WorkspaceFetcher({
        roots: [root],
      }).fetch(source as never, { signal: new AbortController().signal });
      const { digest, size } = await snapshots.put(archive);
      const artifact: ArenaSourceArtifact = { revision, digest, size };
      clock.advance(1_000);
      await revisions.record('embedded', source, artifact);
      await store.resources.updateStatus<ArenaSource>({
        ...source,
        status: { ...source.status, artifact },
      });
      return digest;
    };
    return { ...bed, fetchFiles, find };
  }

  it('lists revisions, their files and what is in a file', async () => {
    const { request, fetchFiles } = await setUp();
    const first = await fetchFiles({ 'config.arena.yaml': ARENA });
    const second = await fetchFiles({
      'config.arena.yaml': ARENA,
      'a/hello.yaml': HELLO,
      'a/icon.png': Buffer.from([0x89, 0x50, 0, 1]),
      'long.txt': 'ä'.repeat(600_000),
    });
    const { body } = await request(`${SOURCE}/revisions`);
    expect(body.items).toMatchObject([
      { digest: second, current: true, runs: { total: 0, open: 0 } },
      { digest: first, current: false, version: first.slice(7, 19) },
    ]);

    const files = await request(`${SOURCE}/revisions/${second}/files`);
    expect(files.body.items.map((file: any) => file.path)).toEqual([
      'a/hello.yaml',
      'a/icon.png',
      'config.arena.yaml',
      'long.txt',
    ]);
    expect(files.body.items[0].sha256).toBe(
      createHash('sha256').update(HELLO).digest('hex'),
    );

    const file = async (path: string, digest = second) =>
      request(
        `${SOURCE}/revisions/${digest}/file?path=${encodeURIComponent(path)}`,
      );
    expect((await file('a/hello.yaml')).body).toMatchObject({
      text: HELLO,
      truncated: false,
    });
    expect((await file('a/icon.png')).body.text).toBeUndefined();
    const long = (await file('long.txt')).body;
    expect(long).toMatchObject({ size: 1_200_000, truncated: true });
    expect(long.text).toBe('ä'.repeat(524_288));
    expect((await file('a/hello.yaml', first)).status).toBe(404);
    expect((await file('../secret')).status).toBe(404);
  });

  it('describes the bundle of a revision, with the places of faults', async () => {
    const { request, fetchFiles } = await setUp();
    const bundle = async (digest: string, query = '') =>
      (await request(`${SOURCE}/revisions/${digest}/bundle${query}`)).body;
    const good = await fetchFiles({
      'config.arena.yaml': ARENA,
      'mock.yaml': MOCK,
      'hello.yaml': HELLO,
    });
    expect(await bundle(good)).toMatchObject({
      arenaFile: 'config.arena.yaml',
      scenarios: [
        {
          id: 'hello',
          file: 'hello.yaml',
          description: 'Says hello',
          turns: 1,
          providerGroup: 'default',
        },
      ],
      providers: [{ id: 'mock', type: 'mock', model: 'm', file: 'mock.yaml' }],
    });
    const broken = await fetchFiles({
      'config.arena.yaml': ARENA,
      'mock.yaml': MOCK,
      'hello.yaml': HELLO.replace('description', 'descripton'),
    });
    const { problems } = await bundle(broken);
    expect(problems).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        file: 'hello.yaml',
        line: 6,
        column: 3,
        suggestion: 'description',
      }),
    );
    const other = await bundle(broken, '?arenaFile=other.yaml');
    expect(other.problems[0]).toMatchObject({ file: 'other.yaml' });
  });

  it('shows what changed between two revisions', async () => {
    const { request, fetchFiles } = await setUp();
    const before = await fetchFiles({
      'gone.txt': 'gone\n',
      'same.txt': 'same',
      'changed.txt': 'one\ntwo\nthree\n',
      'icon.png': Buffer.from([0, 1]),
      'large.txt': 'x'.repeat(300_000),
    });
    const after = await fetchFiles({
      'new.txt': 'new\n',
      'same.txt': 'same',
      'changed.txt': 'one\n2\nthree\n',
      'icon.png': Buffer.from([0, 2]),
      'large.txt': 'y'.repeat(300_000),
    });
    const { body } = await request(
      `${SOURCE}/revisions/${after}/diff?from=${before}`,
    );
    expect(body.files).toEqual([
      {
        path: 'changed.txt',
        change: 'modified',
        sizeBefore: 14,
        sizeAfter: 12,
        patch: '@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n',
      },
      {
        path: 'gone.txt',
        change: 'removed',
        sizeBefore: 5,
        patch: '@@ -1,1 +0,0 @@\n-gone\n',
      },
      expect.objectContaining({ path: 'icon.png', omitted: 'binary' }),
      expect.objectContaining({ path: 'large.txt', omitted: 'too large' }),
      {
        path: 'new.txt',
        change: 'added',
        sizeAfter: 4,
        patch: '@@ -0,0 +1,1 @@\n+new\n',
      },
    ]);
  });

  it('has a source fetched on request', async () => {
    const { request, find, audit } = await setUp();
    const answer = await request(`${SOURCE}/sync`, { method: 'POST' });
    expect(answer.status).toBe(202);
    const { metadata } = await find();
    expect(metadata.annotations?.['omnia.altairalabs.ai/reconcile-at']).toMatch(
      /^\d{4}-/,
    );
    expect(audit).toHaveBeenCalledWith(
      'source-sync',
      { cluster: 'embedded', namespace: 'team', name: 'bundle' },
      'success',
    );
    const service = await request(`${SOURCE}/sync`, {
      method: 'POST',
      headers: asService,
    });
    expect(service.status).toBe(403);
  });

  const upload = (
    bed: { baseUrl: string },
    name: string,
    files: Record<string, string | Buffer>,
    headers: Record<string, string> = asUser,
  ) => {
    const form = new FormData();
    for (const [path, content] of Object.entries(files)) {
      form.append(encodeURIComponent(path), new Blob([content]), 'file');
    }
    return fetch(`${bed.baseUrl}${objectsPath('arenasources', name)}/upload`, {
      method: 'POST',
      body: form,
      headers,
    });
  };
  const messageOf = async (response: Response) =>
    `${response.status} ${(await response.json()).error.message}`;

  it('takes files from the browser in place of those of before', async () => {
    const bed = await setUp();
    await bed.request(objectsPath('arenasources'), {
      method: 'POST',
      body: objectBody('ArenaSource', 'mine', {
        spec: { type: 'workspace', workspace: { path: 'team/mine' } },
      }),
    });
    const fetchUploaded = async (cluster = 'embedded') => {
      const source = await bed.store.resources.get('ArenaSource', {
        namespace: 'team',
        name: 'mine',
      });
      const fetcher = new WorkspaceFetcher({
        roots: [],
        uploaded: metadata => bed.uploads.open(cluster, metadata),
      });
      const { signal } = new AbortController();
      return unpack(await fetcher.fetch(source, { signal }));
    };
    await expect(fetchUploaded()).rejects.toThrow('nothing was uploaded');
    const large = randomBytes(3_000_000);
    const first = await upload(bed, 'mine', {
      'config.arena.yaml': ARENA,
      'ä/"q".bin': large,
    });
    expect(first.status).toBe(202);
    expect(
      (await first.json()).metadata.annotations[
        'omnia.altairalabs.ai/reconcile-at'
      ],
    ).toBeDefined();
    const files = await fetchUploaded();
    expect(Object.keys(files)).toEqual(['config.arena.yaml', 'ä/"q".bin']);
    expect((await upload(bed, 'mine', { 'x.yaml': 'x' })).status).toBe(202);
    expect(await fetchUploaded()).toEqual({ 'x.yaml': 'x' });

    for (const [bad, message] of [
      [{ '../x': 'x' }, /cannot be in a bundle/],
      [{ '/etc/x': 'x' }, /cannot be in a bundle/],
      [{ 'a\\b': 'x' }, /cannot be in a bundle/],
      [{}, /no files|cannot be read/],
      [{ a: 'a', 'a/b': 'b' }, /both a file and a folder/],
    ] as Array<[Record<string, string>, RegExp]>) {
      expect(await messageOf(await upload(bed, 'mine', bad))).toMatch(message);
    }
    expect(await fetchUploaded()).toEqual({ 'x.yaml': 'x' });
    expect(await readdir(bed.temporaryDirectory)).toEqual([]);
    // A cluster with a source of that name and path has its own.
    await expect(fetchUploaded('other')).rejects.toMatchObject({
      reason: 'PathNotFound',
    });
    expect(bed.audit).toHaveBeenCalledWith(
      'source-upload',
      { cluster: 'embedded', namespace: 'team', name: 'mine' },
      'success',
    );
  });

  it('lets files be uploaded where it is allowed alone', async () => {
    const bed = await setUp();
    const create = (name: string, spec: object) =>
      bed.request(objectsPath('arenasources'), {
        method: 'POST',
        body: objectBody('ArenaSource', name, { spec: spec as never }),
      });
    for (const [name, path] of [
      ['other', 'others/x'],
      ['deep', 'team/a/b'],
      ['hidden', 'team/.x'],
    ]) {
      await create(name, { type: 'workspace', workspace: { path } });
      const answer = await messageOf(await upload(bed, name, { a: 'a' }));
      expect(answer).toMatch(/^400 .*it must be team\/<name>/);
    }
    await create('git', { type: 'git', git: { url: 'https://a.example/x' } });
    expect(await messageOf(await upload(bed, 'git', { a: 'a' }))).toMatch(
      /^400 spec.type/,
    );
    expect(await messageOf(await upload(bed, 'gone', { a: 'a' }))).toMatch(
      /^404/,
    );
    const service = await upload(bed, 'deep', { a: 'a' }, asService);
    expect(service.status).toBe(403);
    bed.decisions.set('arena.resource.update', AuthorizeResult.DENY);
    expect((await upload(bed, 'deep', { a: 'a' })).status).toBe(403);
  });

  it('has sources fetched that a signed webhook tells of', async () => {
    const bed = await setUp();
    const { request, store } = bed;
    const git = (name: string, spec: object) =>
      request(objectsPath('arenasources'), {
        method: 'POST',
        body: objectBody('ArenaSource', name, {
          spec: { type: 'git', git: spec as never },
        }),
      });
    await git('main', { url: 'git@git.example.com:team/x.git' });
    await git('tag', {
      url: 'https://git.example.com/team/x',
      ref: { tag: 'v1' },
    });
    await git('other', { url: 'https://git.example.com/team/y' });
    const payload = JSON.stringify({
      ref: 'refs/heads/main',
      after: 'abc',
      repository: {
        clone_url: 'https://git.example.com/Team/X.git',
        default_branch: 'main',
      },
    });
    const send = async (headers: Record<string, string>, body = payload) => {
      const response = await fetch(`${bed.baseUrl}/v1/source-webhook`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body,
      });
      return { status: response.status, body: await response.json() };
    };
    const sign = (body: string) => ({
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', WEBHOOK_SECRET)
        .update(body)
        .digest('hex')}`,
    });
    for (const headers of [
      {},
      sign(`${payload} `),
      { 'X-Hub-Signature-256': 'sha256=12' },
      { 'X-Gitlab-Token': 'wrong' },
    ]) {
      expect((await send(headers as Record<string, string>)).status).toBe(401);
    }
    const requested = async (name: string) =>
      (await store.resources.get('ArenaSource', { namespace: 'team', name }))
        .metadata.annotations?.['omnia.altairalabs.ai/reconcile-at'];
    expect(await requested('main')).toBeUndefined();

    expect(await send(sign(payload))).toEqual({
      status: 202,
      body: { sources: 1 },
    });
    expect(await requested('main')).toBe('push abc');
    expect(await requested('tag')).toBeUndefined();
    const generic = '{"url":"https://git.example.com/team/x"}';
    expect(
      (await send({ 'X-Gitlab-Token': WEBHOOK_SECRET }, generic)).body,
    ).toEqual({ sources: 2 });
    const ping = '{"zen":"Keep it simple"}';
    expect((await send(sign(ping), ping)).body).toEqual({ sources: 0 });
    expect((await send(sign('x'), 'x')).status).toBe(400);
    expect(await requested('other')).toBeUndefined();
  });

  it('shows contents to those who may read sources, and only those of the source', async () => {
    const { request, fetchFiles, decisions } = await setUp();
    const digest = await fetchFiles({ 'config.arena.yaml': ARENA });
    await request(objectsPath('arenasources'), {
      method: 'POST',
      body: objectBody('ArenaSource', 'other', {
        spec: { type: 'workspace', workspace: { path: 'b' } },
      }),
    });
    const other = objectsPath('arenasources', 'other');
    expect((await request(`${other}/revisions/${digest}/files`)).status).toBe(
      404,
    );
    const wrong = await request(`${SOURCE}/revisions/latest/files`);
    expect(wrong.status).toBe(400);
    expect(wrong.body.error.message).toContain("Invalid digest 'latest'");

    decisions.set('arena.resource.read', AuthorizeResult.DENY);
    for (const path of [
      'revisions',
      `revisions/${digest}/files`,
      `revisions/${digest}/file?path=x`,
      `revisions/${digest}/bundle`,
      `revisions/${digest}/diff?from=${digest}`,
    ]) {
      expect((await request(`${SOURCE}/${path}`)).status).toBe(403);
    }
    decisions.set('arena.resource.update', AuthorizeResult.DENY);
    const sync = await request(`${SOURCE}/sync`, { method: 'POST' });
    expect(sync.status).toBe(403);
  });
});
