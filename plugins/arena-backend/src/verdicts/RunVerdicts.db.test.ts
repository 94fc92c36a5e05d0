import {
  ArenaJob,
  ItemReport,
  RunPins,
  RunPlan,
  withOffsets,
} from '@backstage-arena/plugin-arena-common';
import { databases } from '../__testUtils__/databases';
import {
  setupRuns,
  testPins,
  testPlan,
  testReport,
  testRun,
} from '../__testUtils__/runs';
import { PlannedRuns } from '../runs/PlannedRun';
import { BaselineRef } from './findBaseline';
import { keptBaselines } from './keptBaselines';
import { RunVerdict, RunVerdicts } from './RunVerdicts';

jest.setTimeout(120_000);

type Parts = Awaited<ReturnType<typeof setupRuns>>;

const SUCCESS: RunVerdict = { phase: 'Succeeded', reason: 'JobSucceeded' };
const FAILURE: RunVerdict = { phase: 'Failed', reason: 'TestsFailed' };
const REF = { significance: 0.05, minEffect: 1, cells: false };

/** One region, one variant. */
function plainPlan(scenarios = 12, trials = 1): RunPlan {
  const plan = testPlan({ scenarios, providers: 1, trials });
  return withOffsets({ ...plan, regions: ['default'] });
}

function jobOf(
  name: string,
  metadata: Partial<ArenaJob['metadata']> = {},
): Pick<ArenaJob, 'metadata'> {
  return {
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T00:00:00Z',
      ...metadata,
    },
  };
}

const childOf = (parent: string) => ({
  ownerReferences: [
    {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      name: parent,
      uid: parent,
      controller: true,
    },
  ],
});

describe.each(databases.eachSupportedId())('RunVerdicts on %s', id => {
  let parts: Parts;
  let verdicts: RunVerdicts;

  beforeEach(async () => {
    parts = await setupRuns(id);
    const { knex } = parts;
    verdicts = new RunVerdicts({ knex, runs: new PlannedRuns(knex) });
  });

  /** A run of a job that has ended. */
  async function run(
    name: string,
    options: {
      result?: (index: number) => Partial<ItemReport>;
      plan?: RunPlan;
      pins?: Partial<RunPins>;
      items?: number[];
      namespace?: string;
      metadata?: Partial<ArenaJob['metadata']>;
      verdict?: RunVerdict;
    } = {},
  ): Promise<string> {
    const { store, queue, clock } = parts;
    const runId = `${name}-1`;
    const { result = () => ({}), namespace = 'default' } = options;
    await store.create(
      testRun({
        id: runId,
        jobName: name,
        jobUid: name,
        namespace,
        plan: options.plan ?? plainPlan(),
        pins: testPins(options.pins),
        items: options.items,
      }),
    );
    await queue.register(runId, {
      protocolVersion: 1,
      workerId: 'w',
      engineVersion: '1',
      host: 'h',
    });
    for (;;) {
      const lease = await queue.lease(runId, { workerId: 'w', capacity: 500 });
      if (lease.state !== 'granted') break;
      const indexes = [
        ...lease.ranges.flatMap(({ from, to }) =>
          Array.from({ length: to - from }, (_, i) => from + i),
        ),
        ...lease.items.map(({ index }) => index),
      ];
      await queue.report(runId, {
        workerId: 'w',
        leaseId: lease.leaseId,
        fence: lease.fence,
        results: indexes.map(index => testReport(index, result(index))),
      });
    }
    await store.close(runId, { outcome: 'Completed', finalize: false });
    clock.advance(60_000);
    if (options.verdict) {
      const job = jobOf(name, { namespace, ...options.metadata });
      await verdicts.record(runId, job, options.verdict);
    }
    return runId;
  }

  const judge = (
    runId: string,
    ref: Partial<BaselineRef>,
    metadata: Partial<ArenaJob['metadata']> = {},
  ) =>
    verdicts.judge(runId, jobOf(runId.replace(/-1$/, ''), metadata), {
      ...REF,
      ...ref,
    } as BaselineRef);

  const failing = (count: number) => (index: number) =>
    ({ status: index < count ? 'failed' : 'passed' } as const);

  it('compares with the last run of the same schedule that has verdicts, below its floor or not, its job there or not', async () => {
    const metadata = childOf('nightly');
    const child = { metadata };
    await run('nightly-0', { ...child, verdict: SUCCESS });
    await run('nightly-a', { ...child, verdict: FAILURE });
    for (const [name, phase, reason] of [
      ['b', 'Failed', 'Regression'],
      ['b2', 'Failed', 'InfrastructureErrors'],
      ['b3', 'Cancelled', 'Cancelled'],
    ] as const) {
      await run(`nightly-${name}`, {
        ...child,
        result: failing(1),
        verdict: { phase, reason },
      });
    }
    await run('other', { verdict: SUCCESS });
    const last = await run('nightly-c', { ...child, result: failing(7) });

    const gate = await judge(last, { previous: true }, metadata);
    expect(gate).toMatchObject({
      verdict: 'Regression',
      baseline: { id: 'nightly-a-1', jobName: 'nightly-a' },
      changedInputs: [],
      comparison: { scenarios: 12, pValue: 2 ** -7, changes: { worse: 7 } },
    });
    expect(gate.message).toContain('scenario-0 on provider-0 (1/1 to 0/1)');

    // What was decided stays, whatever happens to the baseline.
    await verdicts.record(last, jobOf('nightly-c', metadata), {
      phase: 'Failed',
      reason: 'Regression',
      gate,
    });
    await parts.store.delete('nightly-a-1');
    expect(await judge(last, { previous: true }, metadata)).toEqual(gate);
    expect(await verdicts.gate(last)).toEqual(gate);
    await expect(verdicts.compare(last)).rejects.toThrow(
      "Run 'nightly-a-1' does not exist",
    );
    const { points } = await verdicts.trend({
      cluster: 'embedded',
      namespace: 'default',
      job: 'nightly',
      limit: 10,
    });
    expect(points.map(({ runId }) => runId)).toEqual([
      last,
      'nightly-b3-1',
      'nightly-b2-1',
      'nightly-b-1',
      'nightly-0-1',
    ]);
    expect(points.map(point => point.gate)).toEqual([
      {
        verdict: 'Regression',
        baselineRunId: 'nightly-a-1',
        effect: gate.comparison?.effect,
      },
      undefined,
    ]);
  });

  it('says so when no earlier run can be compared with, and how many there are', async () => {
    await run('first', {
      result: failing(3),
      verdict: { phase: 'Failed', reason: 'InfrastructureErrors' },
    });
    expect(await judge('first-1', { previous: true })).toMatchObject({
      verdict: 'NoBaseline',
      earlierRuns: 0,
    });
    const second = await run('second', {
      metadata: {
        annotations: { 'arena.backstage.io/rerun-of': 'first-1' },
      },
    });
    expect(await judge(second, { previous: true })).toEqual({
      verdict: 'NoBaseline',
      message:
        'There is nothing to compare with yet: no earlier run of this job has ended with verdicts, and without a regression',
      changedInputs: [],
      earlierRuns: 0,
    });
    const third = await run('first-again');
    expect(await judge(third, { jobRef: { name: 'first' } })).toMatchObject({
      verdict: 'NoBaseline',
      earlierRuns: 1,
    });
  });

  it('compares a job that repeats another one with that', async () => {
    await run('first', { verdict: SUCCESS });
    const metadata = {
      annotations: { 'arena.backstage.io/rerun-of': 'first-1' },
    };
    const repeated = await run('first-rerun-abcde');
    expect(await judge(repeated, { previous: true }, metadata)).toMatchObject({
      verdict: 'NoRegression',
      baseline: { id: 'first-1' },
    });
  });

  it('finds a baseline by job, by run and by branch, within the namespace', async () => {
    const on = (revision: string) => ({
      pins: { source: { ...testPins().source, revision } },
    });
    await run('main-a', { ...on('main@sha1:1'), verdict: SUCCESS });
    await run('main-b', {
      ...on('feature/x@sha1:2'),
      result: failing(1),
      verdict: { phase: 'Failed', reason: 'Regression' },
    });
    await run('picked', {
      ...on('main@sha1:3'),
      items: [0, 1],
      verdict: SUCCESS,
    });
    await run('foreign', { namespace: 'other', verdict: SUCCESS });
    // A source that was deleted and created again is the same one.
    const source = {
      ...testPins().source,
      uid: 'again',
      revision: 'main@sha1:4',
    };
    const last = await run('last', { pins: { source } });

    const baselineOf = async (ref: Partial<BaselineRef>) =>
      (await judge(last, ref)).baseline?.id;
    expect(await baselineOf({ jobRef: { name: 'main-a' } })).toBe('main-a-1');
    expect(await baselineOf({ jobRef: { name: 'main-b' } })).toBeUndefined();
    expect(await baselineOf({ branch: 'main' })).toBe('main-a-1');
    expect(await baselineOf({ branch: 'feature/x' })).toBeUndefined();
    expect(await baselineOf({ runId: 'main-b-1' })).toBe('main-b-1');
    expect(await judge(last, { runId: 'foreign-1' })).toMatchObject({
      verdict: 'BaselineGone',
    });
    expect(await judge(last, { jobRef: { name: 'foreign' } })).toMatchObject({
      verdict: 'NoBaseline',
    });
  });

  it('looks at regions, variants, trials and what decides, as counters do where both have the same cells', async () => {
    const plan = testPlan({ scenarios: 12, providers: 2, trials: 2 });
    const before = await run('before', { plan, verdict: SUCCESS });
    const down = {
      status: 'errored' as const,
      error: { class: 'provider' as const, message: 'down', retryable: false },
    };
    const after = await run('after', {
      plan,
      // Of each four trials of a scenario in a region the last one; and one without a verdict.
      result: index =>
        index === 0 ? down : { status: index % 4 === 3 ? 'failed' : 'passed' },
    });
    const { comparison } = await verdicts.compare(after, { baseline: before });
    expect(comparison).toMatchObject({
      scenarios: 12,
      cells: 48,
      judged: { baseline: 95, current: 95 },
      changes: { flaky: 24, unchanged: 24 },
    });

    const compat = await run('compat', {
      plan,
      pins: { compat: true },
      result: index => ({ status: index % 2 === 1 ? 'failed' : 'passed' }),
    });
    // First trials alone count there.
    expect(await verdicts.compare(compat, { baseline: before })).toMatchObject({
      changedInputs: ['settings'],
      comparison: { judged: { baseline: 48, current: 48 }, effect: 0 },
    });
  });

  it('compares the trials that both runs have', async () => {
    const late = (trials: number) => (index: number) =>
      ({ status: index % trials > 1 ? 'failed' : 'passed' } as const);
    for (const plan of [
      plainPlan(12, 5),
      // Not all scenarios have as many trials.
      withOffsets({
        ...plainPlan(12, 5),
        scenarios: plainPlan(12, 5).scenarios.map((each, n) =>
          n === 11 ? { ...each, trials: 2 } : each,
        ),
      }),
    ]) {
      const name = `plan-${plan.total}`;
      const before = await run(`${name}-two`, { plan: plainPlan(12, 2) });
      const after = await run(`${name}-five`, { plan, result: late(5) });
      const { comparison } = await verdicts.compare(after, {
        baseline: before,
      });
      expect(comparison).toMatchObject({
        judged: { baseline: 24, current: 24 },
        effect: 0,
        regressed: false,
      });
      const { comparison: other } = await verdicts.compare(before, {
        baseline: after,
      });
      expect(other).toMatchObject({ judged: { baseline: 24 }, effect: 0 });
    }
  });

  it('takes a run that has ended for a baseline while its reports are written again', async () => {
    const before = await run('before', { verdict: SUCCESS });
    const after = await run('after');
    await parts
      .knex('runs')
      .where({ run_id: before })
      .update({ state: 'Finalizing' });
    expect(await judge(after, { runId: before })).toMatchObject({
      verdict: 'NoRegression',
    });
    await parts
      .knex('runs')
      .where({ run_id: before })
      .update({ outcome: null, finished_at: null });
    expect(await judge(after, { runId: before })).toMatchObject({
      verdict: 'BaselineGone',
    });
  });

  it('knows the runs that jobs will be compared with', async () => {
    const on = (revision: string) => ({
      pins: { source: { ...testPins().source, revision } },
    });
    await run('a', { ...on('main@1'), verdict: SUCCESS });
    await run('b', {
      ...on('main@2'),
      metadata: childOf('nightly'),
      verdict: FAILURE,
    });
    await run('c', {
      metadata: childOf('nightly'),
      verdict: { phase: 'Failed', reason: 'Regression' },
    });
    const keptBy = async (name: string, baseline: Partial<BaselineRef>) => {
      const spec = {
        evaluation: { gate: { baseline: { ...REF, ...baseline } } },
      } as ArenaJob['spec'];
      const job = { ...jobOf(name), spec };
      const kept = await keptBaselines(parts.knex, [
        { cluster: 'embedded', job },
      ]);
      return [...kept];
    };
    expect(await keptBy('nightly', { previous: true })).toEqual(['b-1']);
    expect(await keptBy('x', { previous: true })).toEqual([]);
    expect(await keptBy('x', { jobRef: { name: 'a' } })).toEqual(['a-1']);
    expect(await keptBy('x', { branch: 'main' })).toEqual(['b-1']);
    expect(await keptBy('x', { runId: 'pinned' })).toEqual(['pinned']);
  });

  it('compares one pair at a time, and none that nobody waits for', async () => {
    const before = await run('before', { verdict: SUCCESS });
    const after = await run('after');
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(
      verdicts.compare(after, { baseline: before, signal: gone }),
    ).rejects.toThrow('gone');
    const [one, other] = await Promise.all([
      verdicts.compare(after, { baseline: before }),
      verdicts.compare(after, { baseline: before }),
    ]);
    expect(one.comparison).toBe(other.comparison);
  });

  it('tells what cannot be compared', async () => {
    const old = plainPlan();
    const plan = withOffsets({
      ...old,
      scenarios: old.scenarios.map(each => ({ ...each, key: 'edited' })),
    });
    await run('before', { verdict: SUCCESS });
    const after = await run('after', { plan });
    expect(await judge(after, { jobRef: { name: 'before' } })).toMatchObject({
      verdict: 'NothingInCommon',
      changedInputs: ['scenarios'],
      message:
        'Nothing can be compared with run before-1 of before: 0 scenarios are new, 0 are gone, 12 were edited',
    });
    await run('load', {
      pins: { type: 'loadtest' },
    });
    await expect(
      verdicts.compare(after, { baseline: 'load-1' }),
    ).rejects.toThrow("Run 'load-1' is of type loadtest");
    await expect(verdicts.compare(after)).rejects.toThrow(
      'was judged without a baseline',
    );
  });

  it('has the trend of a series, page by page, with what changed', async () => {
    const plan = plainPlan(12, 2);
    for (const name of ['a', 'b', 'c']) {
      await run(`nightly-${name}`, {
        metadata: childOf('nightly'),
        plan,
        result: index => ({
          durationMs: index + 1,
          status: name === 'b' && index === 0 ? 'failed' : 'passed',
        }),
        pins:
          name === 'c'
            ? { source: { ...testPins().source, digest: 'sha256:new' } }
            : {},
        verdict: name === 'b' ? FAILURE : SUCCESS,
      });
    }
    await run('picked', {
      metadata: childOf('nightly'),
      plan,
      items: [1],
      verdict: SUCCESS,
    });
    const of = (job: string, limit: number, cursor?: string) =>
      verdicts.trend({
        cluster: 'embedded',
        namespace: 'default',
        job,
        limit,
        cursor,
      });
    const { points, nextCursor } = await of('nightly', 2);
    expect(points.map(({ jobName }) => jobName)).toEqual([
      'nightly-c',
      'nightly-b',
    ]);
    expect(points[0]).toMatchObject({
      runId: 'nightly-c-1',
      phase: 'Succeeded',
      judged: 24,
      passRate: 1,
      duration: { p50: 12, p95: 23 },
      cost: 6,
      cells: 12,
      flakyCells: 0,
      changedInputs: ['source'],
    });
    expect(points[1]).toMatchObject({
      reason: 'TestsFailed',
      passed: 23,
      flakyCells: 1,
      changedInputs: [],
    });
    expect(points[1].interval!.high).toBeLessThan(1);
    const rest = await of('nightly', 2, nextCursor);
    expect(rest.points.map(({ jobName }) => jobName)).toEqual(['nightly-a']);
    expect(rest.nextCursor).toBeUndefined();
    // By one of its jobs as well; not of another namespace.
    expect((await of('nightly-a', 10)).points).toHaveLength(3);
    expect(
      await verdicts.trend({
        cluster: 'embedded',
        namespace: 'other',
        job: 'nightly',
        limit: 10,
      }),
    ).toEqual({ points: [] });
  });
});
