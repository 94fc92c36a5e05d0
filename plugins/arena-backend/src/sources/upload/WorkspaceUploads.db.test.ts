import {
  ArenaSource,
  ArenaSourceSpec,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSnapshotStore } from '../../snapshots/DatabaseSnapshotStore';
import {
  createTestBed,
  eachDatabase,
  input,
} from '../../store/__testUtils__/storeTestBed';
import { UploadedFile, WorkspaceUploads } from './WorkspaceUploads';

jest.setTimeout(60_000);

const KEY = { namespace: 'team', name: 'source' };
const { signal } = new AbortController();
const HOUR_MS = 3_600_000;

describe.each(eachDatabase())('WorkspaceUploads on %s', databaseId => {
  let temporaryDirectory: string;

  beforeAll(async () => {
    temporaryDirectory = await mkdtemp(join(tmpdir(), 'uploads-'));
  });

  afterAll(() => rm(temporaryDirectory, { recursive: true }));

  async function setUp() {
    const { knex, clock, store } = await createTestBed(databaseId);
    const { resources } = store;
    const uploads = new WorkspaceUploads({
      knex,
      snapshots: new DatabaseSnapshotStore({ knex, clock }),
      clock,
      enabled: true,
      temporaryDirectory,
      readOnlyRoots: [],
    });
    const spec: Partial<ArenaSourceSpec> = {
      type: 'workspace',
      workspace: { path: 'team/x' },
      interval: '10m',
    };
    const create = () =>
      resources.create<ArenaSource>(
        input('source', { kind: 'ArenaSource', spec: spec as JsonObject }),
      );
    const remove = () => resources.delete('ArenaSource', KEY);
    const upload = (files: AsyncIterable<UploadedFile> = file()) =>
      uploads.replace(resources, KEY, files, signal);
    const open = ({ metadata }: ArenaSource) =>
      uploads.open('embedded', metadata);
    const rows = () => knex('source_uploads').pluck('source_uid');
    const digests = async () => {
      const found: string[] = [];
      for await (const digest of uploads.references([resources])()) {
        found.push(digest);
      }
      return found;
    };
    return { clock, create, remove, upload, open, rows, digests };
  }

  async function* file(before: () => Promise<unknown> = async () => {}) {
    yield { path: 'a', content: Buffer.from('a') };
    await before();
  }

  it('gives a source none of the files of one that had its name before', async () => {
    const { create, remove, upload, open, rows } = await setUp();
    const first = await create();
    await upload();
    expect(await open(first)).toBeDefined();
    await remove();
    const second = await create();
    expect(await open(second)).toBeUndefined();
    await upload();
    expect(await open(second)).toBeDefined();
    expect(await rows()).toEqual([second.metadata.uid]);
  });

  it('keeps nothing of an upload whose source goes before it ends', async () => {
    const { create, remove, upload, rows } = await setUp();
    await create();
    await expect(upload(file(remove))).rejects.toThrow(
      expect.objectContaining({ name: 'NotFoundError' }),
    );
    await create();
    const replace = async () => {
      await remove();
      await create();
    };
    await expect(upload(file(replace))).rejects.toThrow(
      'ArenaSource source was deleted while its files came',
    );
    expect(await rows()).toEqual([]);
  });

  it('forgets in time what belongs to no source any more', async () => {
    const { clock, create, remove, upload, rows, digests } = await setUp();
    const { metadata } = await create();
    await upload();
    clock.advance(2 * HOUR_MS);
    expect(await digests()).toHaveLength(1);
    await upload();
    await remove();
    expect(await digests()).toHaveLength(1);
    expect(await rows()).toEqual([metadata.uid]);
    clock.advance(2 * HOUR_MS);
    await create();
    expect(await digests()).toEqual([]);
    expect(await rows()).toEqual([]);
  });
});
