import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  ArenaSource,
  ArenaSourceArtifact,
} from '@backstage-arena/plugin-arena-common';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WorkspaceFetcher } from '../sources/workspace/WorkspaceFetcher';
import { eachDatabase } from '../store/__testUtils__/storeTestBed';
import {
  asService,
  createApiTestBed,
  objectBody,
  objectsPath,
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
    const fetch = async (files: Record<string, string | Buffer>) => {
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
    return { ...bed, fetch, find };
  }

  it('lists revisions, their files and what is in a file', async () => {
    const { request, fetch } = await setUp();
    const first = await fetch({ 'config.arena.yaml': ARENA });
    const second = await fetch({
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
    const { request, fetch } = await setUp();
    const bundle = async (digest: string, query = '') =>
      (await request(`${SOURCE}/revisions/${digest}/bundle${query}`)).body;
    const good = await fetch({
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
    const broken = await fetch({
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
    const { request, fetch } = await setUp();
    const before = await fetch({
      'gone.txt': 'gone\n',
      'same.txt': 'same',
      'changed.txt': 'one\ntwo\nthree\n',
      'icon.png': Buffer.from([0, 1]),
      'large.txt': 'x'.repeat(300_000),
    });
    const after = await fetch({
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

  it('shows contents to those who may read sources, and only those of the source', async () => {
    const { request, fetch, decisions } = await setUp();
    const digest = await fetch({ 'config.arena.yaml': ARENA });
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
