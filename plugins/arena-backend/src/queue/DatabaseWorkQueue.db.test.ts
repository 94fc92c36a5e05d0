import {
  LeaseResponse,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { databases } from '../__testUtils__/databases';
import {
  setupRuns,
  testPins,
  testPlan,
  testReport,
  testRun,
  testTranscript,
} from '../__testUtils__/runs';
import { createRedactor } from '../transcripts/createRedactor';
import { RunStore } from '../runs/RunStore';
import { WorkQueue } from './WorkQueue';

jest.setTimeout(60_000);

const RUN = 'job-uid-1';

type Granted = Extract<LeaseResponse, { state: 'granted' }>;
type Finalize = Extract<LeaseResponse, { state: 'finalize' }>;

async function register(queue: WorkQueue, workerId: string) {
  return queue.register(RUN, {
    protocolVersion: WORKER_PROTOCOL_VERSION,
    workerId,
    engineVersion: '0.1.0',
    host: 'localhost',
    pid: 1,
  });
}

async function granted(
  queue: WorkQueue,
  workerId: string,
  capacity = 500,
): Promise<Granted> {
  const lease = await queue.lease(RUN, { workerId, capacity });
  if (lease.state !== 'granted') {
    throw new Error(`Expected work, got ${JSON.stringify(lease)}`);
  }
  return lease;
}

async function finalizing(
  queue: WorkQueue,
  workerId: string,
): Promise<Finalize> {
  const lease = await queue.lease(RUN, { workerId, capacity: 1 });
  if (lease.state !== 'finalize') {
    throw new Error(`Expected finalize, got ${JSON.stringify(lease)}`);
  }
  return lease;
}

function itemsOf(lease: Granted) {
  return [
    ...lease.ranges.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, offset) => ({
        index: from + offset,
        attempt: 1,
      })),
    ),
    ...lease.items,
  ].sort((a, b) => a.index - b.index);
}

function key(lease: Granted | Finalize, workerId: string) {
  return { workerId, leaseId: lease.leaseId, fence: lease.fence };
}

async function reportAll(queue: WorkQueue, workerId: string) {
  const lease = await granted(queue, workerId);
  await queue.report(RUN, {
    ...key(lease, workerId),
    results: itemsOf(lease).map(({ index, attempt }) =>
      testReport(index, { attempt }),
    ),
  });
}

async function finishAll(queue: WorkQueue, store: RunStore, workerId: string) {
  while ((await store.head(RUN)).state === 'Running') {
    await reportAll(queue, workerId);
  }
}

describe.each(databases.eachSupportedId())('DatabaseWorkQueue on %p', id => {
  it('gives out every item once and counts every result once', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    const seen: number[] = [];
    for (;;) {
      const lease = await queue.lease(RUN, { workerId: 'w1', capacity: 3 });
      if (lease.state !== 'granted') break;
      const items = itemsOf(lease);
      seen.push(...items.map(item => item.index));
      const answer = await queue.report(RUN, {
        ...key(lease, 'w1'),
        results: items.map(({ index }) =>
          testReport(index, { status: index % 2 ? 'failed' : 'passed' }),
        ),
      });
      expect(answer).toEqual({
        accepted: items.length,
        refused: [],
        command: 'continue',
      });
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(await store.head(RUN)).toMatchObject({
      state: 'Finalizing',
      leased: 0,
      backlog: 0,
      counters: {
        total: 20,
        passed: 10,
        failed: 10,
        errored: 0,
        pending: 0,
        inputTokens: 2_000,
        outputTokens: 400,
        cost: 5,
        durationMs: 250,
      },
    });
    const { cells } = await store.matrix(RUN);
    expect(cells).toHaveLength(10);
    expect(cells.every(cell => cell.total === 2 && cell.pending === 0)).toBe(
      true,
    );
  });

  it('answers a repeated report by refusing what it counted before', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    const lease = await granted(queue, 'w1', 4);
    const report = {
      ...key(lease, 'w1'),
      results: itemsOf(lease).map(({ index }) => testReport(index)),
    };
    expect(await queue.report(RUN, report)).toMatchObject({ accepted: 4 });
    const before = await store.head(RUN);
    expect(await queue.report(RUN, report)).toEqual({
      accepted: 0,
      refused: [0, 1, 2, 3].map(index => ({
        index,
        reason: 'counted before',
      })),
      command: 'continue',
    });
    expect((await store.head(RUN)).counters).toEqual(before.counters);
  });

  it('refuses a late report as a whole and gives its items to another worker', async () => {
    const { queue, store, clock } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    const lease = await granted(queue, 'w1', 4);
    await queue.heartbeat(RUN, {
      workerId: 'w1',
      leases: [{ ...key(lease, 'w1'), started: [1, 2] }],
    });
    clock.advance(10_001);
    expect(await queue.expire()).toBe(1);
    await expect(
      queue.report(RUN, {
        ...key(lease, 'w1'),
        results: [testReport(0)],
      }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    expect(
      await queue.heartbeat(RUN, {
        workerId: 'w1',
        leases: [{ ...key(lease, 'w1'), started: [] }],
      }),
    ).toEqual({
      leases: [{ leaseId: lease.leaseId, ttlMs: undefined, lost: true }],
      command: 'continue',
    });
    expect(await store.head(RUN)).toMatchObject({ leased: 0, backlog: 20 });

    clock.advance(1_000);
    await register(queue, 'w2');
    const next = await granted(queue, 'w2', 4);
    // Only those that had started cost an attempt.
    expect(next.fence).toBeGreaterThan(lease.fence);
    expect(itemsOf(next)).toEqual([
      { index: 0, attempt: 1 },
      { index: 1, attempt: 2 },
      { index: 2, attempt: 2 },
      { index: 3, attempt: 1 },
    ]);
  });

  it('counts an item as errored when workers died on it too often', async () => {
    const { queue, store, clock } = await setupRuns(id);
    await store.create(testRun({ pins: testPins({ maxAttempts: 2 }) }));
    await register(queue, 'w1');
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const lease = await granted(queue, 'w1', 1);
      expect(itemsOf(lease)).toEqual([{ index: 0, attempt }]);
      await queue.heartbeat(RUN, {
        workerId: 'w1',
        leases: [{ ...key(lease, 'w1'), started: [0] }],
      });
      clock.advance(20_000);
      expect(await queue.expire()).toBe(1);
      clock.advance(1_000);
    }
    expect(await store.item(RUN, 0)).toMatchObject({
      status: 'errored',
      attempt: 2,
      error: { class: 'engine', message: expect.stringContaining("'w1'") },
      hasTranscript: false,
    });
    expect((await store.head(RUN)).counters).toMatchObject({
      errored: 1,
      pending: 19,
    });
  });

  it('ends the lease of a worker that beats on while an item hangs', async () => {
    const { queue, store, clock } = await setupRuns(id);
    await store.create(
      testRun({ pins: testPins({ itemTimeoutMs: 5_000, maxAttempts: 1 }) }),
    );
    await register(queue, 'w1');
    const lease = await granted(queue, 'w1', 2);
    let lost = false;
    for (let beats = 0; beats < 30 && !lost; beats += 1) {
      const answer = await queue.heartbeat(RUN, {
        workerId: 'w1',
        leases: [{ ...key(lease, 'w1'), started: [0] }],
      });
      lost = answer.leases[0].lost;
      clock.advance(2_000);
    }
    expect(lost).toBe(true);
    expect(await queue.expire()).toBe(1);
    expect(await store.item(RUN, 0)).toMatchObject({
      status: 'errored',
      error: { class: 'timeout' },
    });
    await expect(store.item(RUN, 1)).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });

  it('retries infrastructure errors with growing delays, and then gives up', async () => {
    const { queue, store, clock } = await setupRuns(id);
    await store.create(testRun({ plan: testPlan({ scenarios: 1 }) }));
    await register(queue, 'w1');
    const error = {
      class: 'rate_limit' as const,
      message: '429',
      retryable: true,
    };
    const first = await granted(queue, 'w1', 1);
    const { accepted } = await queue.report(RUN, {
      ...key(first, 'w1'),
      results: [testReport(0, { status: 'errored', error })],
    });
    expect(accepted).toBe(1);
    for (let rest = 3; rest > 0; ) {
      const lease = await granted(queue, 'w1', 1);
      rest -= itemsOf(lease).length;
      await queue.report(RUN, {
        ...key(lease, 'w1'),
        results: itemsOf(lease).map(({ index }) => testReport(index)),
      });
    }
    expect(await store.head(RUN)).toMatchObject({ backlog: 1, leased: 0 });
    for (const [attempt, delay] of [
      [2, 1_000],
      [3, 2_000],
    ]) {
      clock.advance(delay - 1);
      expect(await queue.lease(RUN, { workerId: 'w1', capacity: 1 })).toEqual({
        state: 'wait',
        retryAfterMs: expect.any(Number),
      });
      clock.advance(1);
      const lease = await granted(queue, 'w1', 1);
      expect(itemsOf(lease)).toEqual([{ index: 0, attempt }]);
      await queue.report(RUN, {
        ...key(lease, 'w1'),
        results: [testReport(0, { attempt, status: 'errored', error })],
      });
    }
    expect(await store.head(RUN)).toMatchObject({
      state: 'Finalizing',
      counters: { passed: 3, errored: 1 },
    });
  });

  it('does not retry what the bundle got wrong', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    const lease = await granted(queue, 'w1', 1);
    await queue.report(RUN, {
      ...key(lease, 'w1'),
      results: [
        testReport(0, {
          status: 'errored',
          error: { class: 'bundle', message: 'no', retryable: true },
        }),
      ],
    });
    expect((await store.head(RUN)).counters.errored).toBe(1);
  });

  it('takes a released lease back at once', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    const lease = await granted(queue, 'w1', 4);
    await queue.release(RUN, { ...key(lease, 'w1'), started: [3] });
    const next = await granted(queue, 'w1', 4);
    expect(itemsOf(next)).toEqual([
      { index: 0, attempt: 1 },
      { index: 1, attempt: 1 },
      { index: 2, attempt: 1 },
      { index: 3, attempt: 2 },
    ]);
    await expect(
      queue.release(RUN, { ...key(lease, 'w1'), started: [] }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
  });

  it('shrinks leases towards the end, so that all workers have some', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun({ plan: testPlan({ scenarios: 25 }) }));
    await register(queue, 'w1');
    await register(queue, 'w2');
    const sizes: number[] = [];
    for (;;) {
      const lease = await queue.lease(RUN, { workerId: 'w1', capacity: 500 });
      if (lease.state !== 'granted') break;
      sizes.push(itemsOf(lease).length);
    }
    expect(sizes[0]).toBe(25);
    expect(sizes[sizes.length - 1]).toBe(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100);
  });

  it('lets one worker write the reports and closes the run', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun({ outputDirectory: '/data/out' }));
    const token = await store.issueToken(RUN);
    expect(await store.verifyToken(token)).toEqual({ runId: RUN });
    await register(queue, 'w1');
    await register(queue, 'w2');
    await finishAll(queue, store, 'w1');
    const lease = await finalizing(queue, 'w1');
    expect(lease).toMatchObject({
      formats: ['json', 'junit'],
      outputDirectory: '/data/out',
    });
    expect(
      await queue.lease(RUN, { workerId: 'w2', capacity: 1 }),
    ).toMatchObject({ state: 'wait' });
    const file = { name: 'report.json', size: 3, digest: 'sha256:abc' };
    await expect(
      queue.release(RUN, {
        ...key(lease, 'w1'),
        started: [],
        finalize: { ok: true, files: [file] },
      }),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('report.json'),
    });
    await store.addUpload(RUN, { ...file, contentType: 'application/json' });
    await queue.release(RUN, {
      ...key(lease, 'w1'),
      started: [],
      finalize: { ok: true, files: [file] },
    });
    expect(await store.get(RUN)).toMatchObject({
      state: 'Closed',
      outcome: 'Completed',
      finishedAt: expect.any(String),
      reports: [{ ...file, contentType: 'application/json' }],
    });
    expect(
      await queue.lease(RUN, { workerId: 'w2', capacity: 1 }),
    ).toMatchObject({ state: 'closed' });
    expect(await store.verifyToken(token)).toBeUndefined();
    expect(await store.closedRunOf(token)).toEqual({ runId: RUN });
  });

  it('gives workers that are there for one thing that alone', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    await register(queue, 'w2');
    const ask = (workerId: string, role: 'work' | 'finalize') =>
      queue.lease(RUN, { workerId, role, capacity: 1 });
    expect(await ask('w2', 'finalize')).toMatchObject({ state: 'wait' });
    expect(await ask('w1', 'work')).toMatchObject({ state: 'granted' });
    await store.close(RUN, { outcome: 'Cancelled', finalize: true });
    expect(await ask('w1', 'work')).toMatchObject({ state: 'closed' });
    expect(await ask('w2', 'finalize')).toMatchObject({ state: 'finalize' });
  });

  it('tries to write the reports again, and in the end closes the run with the fault', async () => {
    const { queue, store, clock } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    await finishAll(queue, store, 'w1');
    // A worker that stops for a good reason, and one that dies.
    await queue.release(RUN, {
      ...key(await finalizing(queue, 'w1'), 'w1'),
      started: [],
    });
    await finalizing(queue, 'w1');
    clock.advance(10_001);
    expect(await queue.expire()).toBe(1);
    expect(
      await queue.lease(RUN, { workerId: 'w1', capacity: 1 }),
    ).toMatchObject({ state: 'wait' });
    for (const delay of [1_000, 2_000]) {
      clock.advance(delay);
      await queue.release(RUN, {
        ...key(await finalizing(queue, 'w1'), 'w1'),
        started: [],
        finalize: { ok: false, message: 'disk full' },
      });
    }
    expect(await store.head(RUN)).toMatchObject({
      state: 'Closed',
      outcome: 'Completed',
      finalized: true,
      finalizeError: 'disk full',
    });
    await store.retryFinalize(RUN);
    expect(await store.head(RUN)).toMatchObject({
      state: 'Finalizing',
      finalized: false,
      finalizeError: 'disk full',
    });
    // Asked twice, it is done once.
    await store.retryFinalize(RUN);
    await queue.release(RUN, {
      ...key(await finalizing(queue, 'w1'), 'w1'),
      started: [],
      finalize: { ok: true, files: [] },
    });
    expect(await store.head(RUN)).toMatchObject({
      state: 'Closed',
      finalizeError: undefined,
    });
    await expect(store.retryFinalize(RUN)).rejects.toThrow(
      "The reports of run 'job-uid-1' are written: there is nothing to try again",
    );
  });

  it('has reports that failed tried again after the end, with growing pauses, for a time', async () => {
    const { queue, store, clock } = await setupRuns(id, {
      queue: { retryDelayMs: 0 },
    });
    await store.create(testRun());
    await register(queue, 'w1');
    await finishAll(queue, store, 'w1');
    const fail = async () =>
      queue.release(RUN, {
        ...key(await finalizing(queue, 'w1'), 'w1'),
        started: [],
        finalize: { ok: false, message: 'no answer' },
      });
    const dueIn = async () => {
      const { reportsDueAt, state } = await store.head(RUN);
      expect(state).toBe('Closed');
      return reportsDueAt && reportsDueAt.getTime() - clock.now().getTime();
    };
    await fail();
    await fail();
    await fail();
    const pauses: Array<number | undefined> = [await dueIn()];
    while (pauses.at(-1)) {
      clock.advance(pauses.at(-1)!);
      await store.resumeFinalize(RUN);
      await register(queue, 'w1');
      await fail();
      pauses.push(await dueIn());
    }
    // 5, 10, 20 and 20 minutes; the next one would come later than an hour after the end.
    expect(pauses).toEqual([300_000, 600_000, 1_200_000, 1_200_000, undefined]);
    await store.retryFinalize(RUN);
    await fail();
    expect(await store.head(RUN)).toMatchObject({ state: 'Finalizing' });
    await queue.release(RUN, {
      ...key(await finalizing(queue, 'w1'), 'w1'),
      started: [],
      finalize: { ok: true, files: [] },
    });
    expect(await dueIn()).toBeUndefined();
    await store.resumeFinalize(RUN);
    expect(await dueIn()).toBeUndefined();
  });

  it('tries reports again after a try that nobody made, as after one that failed', async () => {
    const { queue, store, clock } = await setupRuns(id, {
      queue: { retryDelayMs: 0 },
    });
    await store.create(testRun());
    await register(queue, 'w1');
    await finishAll(queue, store, 'w1');
    await store.failFinalize(RUN, 'nobody came');
    // Not tried before: nothing has failed yet.
    expect(await store.head(RUN)).toMatchObject({ state: 'Finalizing' });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await queue.release(RUN, {
        ...key(await finalizing(queue, 'w1'), 'w1'),
        started: [],
        finalize: { ok: false, message: 'no answer' },
      });
    }
    const tryAgain = async () => {
      const { reportsDueAt } = await store.head(RUN);
      clock.advance(reportsDueAt!.getTime() - clock.now().getTime());
      await store.resumeFinalize(RUN);
      clock.advance(600_000);
      const token = await store.issueToken(RUN);
      await store.failFinalize(RUN, 'nobody came');
      expect(await store.verifyToken(token)).toBeUndefined();
      const head = await store.head(RUN);
      expect(head).toMatchObject({
        state: 'Closed',
        finalized: true,
        finalizeError: 'nobody came',
      });
      return (
        head.reportsDueAt && head.reportsDueAt.getTime() - clock.now().getTime()
      );
    };
    // After 5 and 10 minutes, and 10 each in vain: the next one would come later than an hour after the end.
    expect(await tryAgain()).toBe(600_000);
    expect(await tryAgain()).toBe(1_200_000);
    expect(await tryAgain()).toBeUndefined();
  });

  it('does not write reports again of what is deleted by now', async () => {
    const { queue, store, knex, clock } = await setupRuns(id);
    const run = testRun();
    await store.create({
      ...run,
      pins: { ...run.pins, outputFormats: ['transcripts'] },
    });
    await register(queue, 'w1');
    await finishAll(queue, store, 'w1');
    await store.close(RUN, { outcome: 'Completed', finalize: false });
    await knex('runs').update({
      finalize_error: 'disk full',
      transcripts_pruned: true,
    });
    await expect(store.retryFinalize(RUN)).rejects.toThrow(
      "What the reports of run 'job-uid-1' are made of was deleted when its retention ended",
    );
    await knex('runs').update({ finalize_not_before: clock.now().getTime() });
    expect((await store.head(RUN)).reportsDueAt).toBeDefined();
    await store.resumeFinalize(RUN);
    expect(await store.head(RUN)).toMatchObject({ state: 'Closed' });
    expect((await store.head(RUN)).reportsDueAt).toBeUndefined();
  });

  it('shows the reports of a run whose output failed, once it is given up', async () => {
    const { queue, store, clock } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    await finishAll(queue, store, 'w1');
    const file = { name: 'report.json', size: 3, digest: 'sha256:abc' };
    await store.addUpload(RUN, { ...file, contentType: 'application/json' });
    for (const [delay, shown] of [
      [0, 0],
      [1_000, 0],
      [2_000, 1],
    ]) {
      clock.advance(delay);
      await queue.release(RUN, {
        ...key(await finalizing(queue, 'w1'), 'w1'),
        started: [],
        finalize: { ok: false, message: 'no such bucket', files: [file] },
      });
      expect(await store.get(RUN)).toMatchObject({
        finalizeError: 'no such bucket',
      });
      expect((await store.get(RUN)).reports).toHaveLength(shown);
    }
    expect(await store.get(RUN)).toMatchObject({
      state: 'Closed',
      reports: [file],
    });
  });

  it('gives the reports to a worker that can write to the output', async () => {
    const { queue, store } = await setupRuns(id);
    const output = {
      type: 'pvc' as const,
      claimName: 'results',
      path: 'evals/run',
    };
    await store.create(testRun({ pins: testPins({ output }) }));
    await register(queue, 'w1');
    await register(queue, 'w2');
    await finishAll(queue, store, 'w1');
    const ask = (workerId: string, outputReady?: boolean) =>
      queue.lease(RUN, { workerId, capacity: 1, outputReady });
    expect(await ask('w1', false)).toMatchObject({ state: 'wait' });
    expect(await ask('w2', true)).toMatchObject({ state: 'finalize' });
  });

  it('gives them to any worker where the output is a folder beside the backend', async () => {
    const { queue, store } = await setupRuns(id);
    const output = {
      type: 'pvc' as const,
      claimName: 'results',
      path: 'evals/run',
    };
    await store.create(
      testRun({ pins: testPins({ output }), outputDirectory: '/data/out' }),
    );
    await register(queue, 'w1');
    await finishAll(queue, store, 'w1');
    expect(
      await queue.lease(RUN, {
        workerId: 'w1',
        capacity: 1,
        outputReady: false,
      }),
    ).toMatchObject({ state: 'finalize', outputDirectory: '/data/out' });
  });

  it('stops a cancelled run and still writes its reports', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    await reportAll(queue, 'w1');
    const lease = await granted(queue, 'w1', 2);
    expect(
      await store.close(RUN, { outcome: 'Cancelled', finalize: true }),
    ).toMatchObject({ state: 'Finalizing', outcome: 'Cancelled', leased: 0 });
    await expect(
      queue.report(RUN, {
        ...key(lease, 'w1'),
        results: [testReport(itemsOf(lease)[0].index)],
      }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    expect(
      await queue.heartbeat(RUN, {
        workerId: 'w1',
        leases: [{ ...key(lease, 'w1'), started: [] }],
      }),
    ).toMatchObject({ leases: [{ lost: true }], command: 'continue' });
    await queue.release(RUN, {
      ...key(await finalizing(queue, 'w1'), 'w1'),
      started: [],
      finalize: { ok: true, files: [] },
    });
    expect(await store.head(RUN)).toMatchObject({
      state: 'Closed',
      outcome: 'Cancelled',
      finalized: true,
    });
  });

  it('runs hand-picked items only', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun({ items: [7, 3, 4, 19, 4] }));
    await register(queue, 'w1');
    expect((await store.head(RUN)).counters.total).toBe(4);
    const seen: number[] = [];
    for (;;) {
      const lease = await queue.lease(RUN, { workerId: 'w1', capacity: 2 });
      if (lease.state !== 'granted') break;
      seen.push(...itemsOf(lease).map(({ index }) => index));
      await queue.report(RUN, {
        ...key(lease, 'w1'),
        results: itemsOf(lease).map(({ index }) => testReport(index)),
      });
    }
    expect(seen).toEqual([3, 4, 7, 19]);
    const { cells } = await store.matrix(RUN);
    expect(cells.reduce((sum, cell) => sum + cell.total, 0)).toBe(4);
    expect(cells.every(cell => cell.pending === 0)).toBe(true);
    await expect(
      store.create(testRun({ id: 'job-uid-2', items: [20] })),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('0 to 19'),
    });
  });

  it('tells a worker to drain', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    await register(queue, 'w1');
    await queue.drain(RUN, 'w1');
    expect(
      await queue.heartbeat(RUN, { workerId: 'w1', leases: [] }),
    ).toMatchObject({ command: 'drain' });
    await expect(queue.drain(RUN, 'w9')).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });

  it('asks workers to wait when too many report at a time', async () => {
    const { queue, store } = await setupRuns(id, {
      queue: { maxConcurrentReports: 1 },
    });
    await store.create(testRun());
    await register(queue, 'w1');
    const lease = await granted(queue, 'w1', 2);
    const [first, second] = await Promise.allSettled(
      [0, 1].map(index =>
        queue.report(RUN, {
          ...key(lease, 'w1'),
          results: [testReport(index)],
        }),
      ),
    );
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({
      status: 'rejected',
      reason: { name: 'ServiceUnavailableError' },
    });
  });

  it('remembers why it sent a worker away, until it takes one', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    const registerAs = (workerVersion: string) =>
      queue.register(RUN, {
        protocolVersion: WORKER_PROTOCOL_VERSION,
        workerId: 'w1',
        engineVersion: '0.1.0',
        workerVersion,
        host: 'h',
      });
    const { version } = await store.head(RUN);
    const refused = {
      name: 'WorkerRefusedError',
      statusCode: 426,
      message: expect.stringContaining('release 0.2.0'),
    };
    await expect(registerAs('0.2.0')).rejects.toMatchObject(refused);
    await expect(registerAs('0.2.0')).rejects.toMatchObject(refused);
    expect(await queue.workers(RUN)).toEqual([]);
    // A change that viewers see, once.
    expect(await store.head(RUN)).toMatchObject({
      version: version + 1,
      lastRefusal: { reason: 'WorkerVersionSkew', message: refused.message },
    });
    await registerAs('0.3.7');
    expect((await store.head(RUN)).lastRefusal).toBeUndefined();
  });

  it('refuses what no worker of this run could say', async () => {
    const { queue, store } = await setupRuns(id);
    await store.create(testRun());
    await expect(
      queue.register(RUN, {
        protocolVersion: 99,
        workerId: 'w1',
        engineVersion: '1',
        host: 'h',
      }),
    ).rejects.toMatchObject({ message: expect.stringContaining('99') });
    await expect(
      queue.lease(RUN, { workerId: 'w1', capacity: 1 }),
    ).rejects.toMatchObject({ message: expect.stringContaining("'w1'") });
    await register(queue, 'w1');
    await register(queue, 'w2');
    const lease = await granted(queue, 'w1', 2);
    const send = (results: ReturnType<typeof testReport>[], workerId = 'w1') =>
      queue.report(RUN, { ...key(lease, workerId), results });
    await expect(send([testReport(20)])).rejects.toThrow(/0 to 19/);
    await expect(send([testReport(0), testReport(0)])).rejects.toThrow(/twice/);
    await expect(
      send([testReport(0, { inputTokens: Number.MAX_SAFE_INTEGER })]),
    ).rejects.toThrow(/inputTokens/);
    await expect(send([testReport(0)], 'w2')).rejects.toMatchObject({
      name: 'ConflictError',
    });
    await expect(
      queue.report(RUN, {
        ...key(lease, 'w1'),
        fence: lease.fence + 1,
        results: [],
      }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    await expect(
      queue.lease('nobody', { workerId: 'w1', capacity: 1 }),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    expect(await send([testReport(5), testReport(0, { attempt: 2 })])).toEqual({
      accepted: 0,
      refused: [
        { index: 5, reason: expect.stringContaining('not under this lease') },
        { index: 0, reason: expect.stringContaining('attempt 1') },
      ],
      command: 'continue',
    });
    expect((await store.head(RUN)).counters.pending).toBe(20);
  });

  it('stores whatever text comes, without secrets', async () => {
    const { queue, store, transcripts } = await setupRuns(id, {
      redactor: createRedactor(['s3"cret']),
    });
    await store.create(testRun());
    await register(queue, 'w1');
    const lease = await granted(queue, 'w1', 2);
    await queue.report(RUN, {
      ...key(lease, 'w1'),
      results: [
        testReport(0, {
          status: 'errored',
          message: 'zero \0, half \ud800, s3"cret, \u{1F600}',
          error: {
            class: 'bundle',
            message: 'because \0 of s3"cret',
            retryable: false,
          },
          transcript: testTranscript('my s3"cret \0 \ud800'),
        }),
      ],
    });
    expect(await store.item(RUN, 0)).toMatchObject({
      message: 'zero \uFFFD, half \uFFFD, [REDACTED], \u{1F600}',
      error: { message: 'because \uFFFD of [REDACTED]' },
      hasTranscript: true,
    });
    const text = await transcripts.read(RUN, 0);
    expect(JSON.parse(text).messages[0].content).toMatch(
      /^my \[REDACTED\] \0 /,
    );
  });
});
