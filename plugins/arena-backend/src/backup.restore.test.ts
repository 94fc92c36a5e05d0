import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  SlowModel,
  startSlowModel,
  writeSlowBundle,
} from './__testUtils__/slowBundle';
import {
  finished,
  startPortal,
  TestPortal,
  workerPids,
} from './__testUtils__/startPortal';
import { copySqlite } from './database/__testUtils__/copyOnline';

jest.setTimeout(240_000);

const API = 'omnia.altairalabs.ai/v1alpha1';
const ITEMS = 150;

describe('a backend on a restored backup', () => {
  let folder: string;
  let model: SlowModel;
  let portal: TestPortal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-backup-'));
    model = await startSlowModel(40);
    writeSlowBundle(join(folder, 'bundles/slow'), { url: model.url });
  });

  afterAll(async () => {
    await portal?.stop();
    await model?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    return startPortal(join(folder, name), {
      workspaceRoot: join(folder, 'bundles'),
      arena: {
        queue: { leaseTtl: '2s', heartbeatInterval: '500ms' },
        workers: { spare: 0 },
      },
    });
  };

  it('goes on with a run that was in its middle, and counts each item once', async () => {
    portal = await start('before');
    const create = (plural: string, kind: string, name: string, spec: object) =>
      portal.call('POST', `${portal.objects}/${plural}`, {
        apiVersion: API,
        kind,
        metadata: { name },
        spec,
      });
    await create('arenasources', 'ArenaSource', 'slow', {
      type: 'workspace',
      workspace: { path: 'slow' },
      interval: '1h',
    });
    await create('arenajobs', 'ArenaJob', 'kept', {
      sourceRef: { name: 'slow' },
      trials: ITEMS,
      workers: { replicas: 2 },
    });
    const running = await portal.waitFor('arenajobs', 'kept', job => {
      if (finished(job)) throw new Error('It was too fast for the test');
      return job.status?.progress?.completed >= 20;
    });
    // Nothing but the database: not the data folder, not the bundle's folder.
    mkdirSync(join(folder, 'after'));
    await copySqlite(
      join(folder, 'before/arena.sqlite'),
      join(folder, 'after/arena.sqlite'),
    );
    await portal.stop();
    expect(workerPids()).toEqual([]);
    rmSync(join(folder, 'before'), { recursive: true });
    rmSync(join(folder, 'bundles/slow'), { recursive: true });

    portal = await start('after');
    const job = await portal.waitFor('arenajobs', 'kept', finished);
    expect(job.status).toMatchObject({
      phase: 'Succeeded',
      run: running.status.run,
      startTime: running.status.startTime,
      progress: { total: ITEMS, completed: ITEMS, failed: 0, pending: 0 },
    });
    const indexes = new Set<number>();
    let cursor: string | undefined;
    do {
      const page = await portal.call(
        'GET',
        `${portal.base}/runs/${job.status.run.id}/items?limit=100${
          cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
        }`,
      );
      page.items.forEach((item: any) => {
        expect(indexes).not.toContain(item.index);
        indexes.add(item.index);
      });
      cursor = page.nextCursor;
    } while (cursor);
    expect(indexes.size).toBe(ITEMS);
  });
});
