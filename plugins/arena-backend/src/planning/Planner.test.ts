import { SnapshotStore } from '@backstage-arena/plugin-arena-node';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createPlanner } from './Planner';
import { PlanReply } from './PlanReply';

const FAILURE: PlanReply = {
  ok: false,
  reason: 'InvalidBundle',
  message: 'no',
  problems: [],
};

describe('createPlanner', () => {
  let folder: string;
  let now: number;
  let unpacked: Set<string>;
  let requests: Array<{ archive: string }>;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-planner-'));
    now = 0;
    unpacked = new Set();
    requests = [];
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const snapshots: Pick<SnapshotStore, 'open'> = {
    open: async digest => ({
      info: { digest, size: 5 },
      content: Readable.from([`bytes of ${digest}`]),
    }),
  };

  const locate = (digest: string) => ({
    path: join(folder, 'bundles', digest),
    exists: unpacked.has(digest),
  });

  function create(
    run: (request: { archive: string }) => Promise<PlanReply>,
    concurrency = 2,
  ) {
    return createPlanner({
      snapshots: snapshots as SnapshotStore,
      bundles: { locate: async digest => locate(digest) },
      temporaryDirectory: join(folder, 'tmp'),
      clock: { now: () => new Date(now) },
      concurrency,
      run: async request => {
        requests.push(request as { archive: string });
        return run(request as { archive: string });
      },
    });
  }

  const request = (digest: string) => ({
    digest,
    arenaFile: 'config.arena.yaml',
    compat: false,
  });

  it('gives the process the archive, and leaves nothing behind', async () => {
    let content = '';
    const planner = create(async ({ archive }) => {
      content = readFileSync(archive, 'utf8');
      return FAILURE;
    });
    await planner.plan(request('sha256:a'));
    expect(content).toBe('bytes of sha256:a');
    expect(existsSync(requests[0].archive)).toBe(false);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('has the bundle unpacked where it is kept, once', async () => {
    const planner = create(async () => FAILURE);
    await planner.plan(request('sha256:a'));
    unpacked.add('sha256:a');
    await planner.plan({ ...request('sha256:a'), compat: true });

    const { path } = locate('sha256:a');
    expect(requests).toEqual([
      expect.objectContaining({ unpackTo: path, compat: false }),
      expect.objectContaining({ directory: path, compat: true }),
    ]);
    expect(requests[1]).not.toHaveProperty('archive');
  });

  it('leaves nothing behind when the process cannot be run', async () => {
    const planner = create(async () => {
      throw new Error('no process');
    });
    await expect(planner.plan(request('sha256:a'))).rejects.toThrow(
      'no process',
    );
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('plans the same request once, also when asked twice at a time', async () => {
    const planner = create(async () => FAILURE);
    await Promise.all([
      planner.plan(request('sha256:a')),
      planner.plan(request('sha256:a')),
    ]);
    await planner.plan(request('sha256:a'));
    expect(requests).toHaveLength(1);
    await planner.plan({ ...request('sha256:a'), trials: 2 });
    expect(requests).toHaveLength(2);
  });

  it('tries again after a failure that may pass, but not at once', async () => {
    const planner = create(async () => ({ ...FAILURE, transient: true }));
    await planner.plan(request('sha256:a'));
    await planner.plan(request('sha256:a'));
    expect(requests).toHaveLength(1);
    now = 61_000;
    await planner.plan(request('sha256:a'));
    expect(requests).toHaveLength(2);
  });

  it('runs no more processes at a time than allowed', async () => {
    let active = 0;
    let most = 0;
    const planner = create(async () => {
      active += 1;
      most = Math.max(most, active);
      await new Promise(resolve => setTimeout(resolve, 5));
      active -= 1;
      return FAILURE;
    });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        planner.plan(request(`sha256:${i}`)),
      ),
    );
    expect(requests).toHaveLength(20);
    expect(most).toBe(2);
  });
});
