import {
  ArenaJob,
  ArenaJobSpec,
  ArenaJobStatus,
  RunCounters,
} from '@backstage-arena/plugin-arena-common';
import { RunHead } from '../../runs/RunStore';
import {
  createCounters,
  createJob,
  createRun,
  createWorld,
  NEW_RUN,
  settled,
} from './__testUtils__/worlds';
import { findCondition } from '../conditions';
import { JobWorld } from './JobWorld';
import { JOB_FINALIZER } from './jobFinalizer';
import { nextJobState } from './nextJobState';

const OURS = { finalizers: [JOB_FINALIZER] };

const conditionsOf = (status: ArenaJobStatus) =>
  Object.fromEntries(
    (status.conditions ?? []).map(c => [c.type, `${c.status}/${c.reason}`]),
  );

const blocked: JobWorld['inputs'] = {
  state: 'blocked',
  obstacle: {
    condition: 'ConfigValid',
    reason: 'SourceNotFound',
    message: 'ArenaSource source does not exist in namespace default',
  },
};

describe('nextJobState', () => {
  it('shows a new job as Pending before it looks at anything', () => {
    const next = nextJobState(createWorld({ job: createJob({ status: {} }) }));
    expect(next.status.phase).toBe('Pending');
    expect(next.status.observedGeneration).toBe(3);
    expect(next.actions).toEqual([]);
    expect(next.requeueAfterMs).toBe(0);
  });

  it('waits for what is missing and says so, never terminal', () => {
    const next = nextJobState(createWorld({ inputs: blocked }));
    expect(next.status.phase).toBe('Pending');
    expect(conditionsOf(next.status)).toEqual({
      ConfigValid: 'False/SourceNotFound',
      JobCreated: 'False/SourceNotFound',
      Progressing: 'False/SourceNotFound',
      Ready: 'False/SourceNotFound',
    });
    expect(next.events).toEqual([
      {
        type: 'Warning',
        reason: 'ConfigNotReady',
        message: 'ArenaSource source does not exist in namespace default',
      },
    ]);
    expect(next.actions).toEqual([]);
    expect(next.requeueAfterMs).toBeGreaterThan(0);
  });

  it('says the same thing once', () => {
    const first = nextJobState(createWorld({ inputs: blocked }));
    const second = nextJobState(
      createWorld({
        inputs: blocked,
        job: createJob({ status: first.status }),
        now: new Date('2026-11-23T12:05:00Z'),
      }),
    );
    expect(second.events).toEqual([]);
    expect(second.status).toEqual(first.status);
  });

  it('tells a missing provider from a missing source', () => {
    const next = nextJobState(
      createWorld({
        inputs: {
          state: 'blocked',
          obstacle: {
            condition: 'JobCreated',
            reason: 'ProviderNotFound',
            message: 'Provider gpt does not exist',
          },
        },
      }),
    );
    expect(conditionsOf(next.status)).toMatchObject({
      ConfigValid: 'True/ConfigValid',
      JobCreated: 'False/ProviderNotFound',
      Ready: 'False/ProviderNotFound',
    });
  });

  it('protects the object before it creates the run', () => {
    const ready: JobWorld['inputs'] = {
      state: 'ready',
      run: NEW_RUN,
    };
    expect(nextJobState(createWorld({ inputs: ready })).actions).toEqual([
      { type: 'addFinalizer' },
      { type: 'createRun', run: NEW_RUN },
    ]);
    expect(
      nextJobState(
        createWorld({ inputs: ready, job: createJob({ metadata: OURS }) }),
      ).actions,
    ).toEqual([{ type: 'createRun', run: NEW_RUN }]);
  });

  it('never plans again once the run is there', () => {
    const next = nextJobState(
      createWorld({ run: createRun(), inputs: blocked }),
    );
    expect(next.status.phase).toBe('Running');
    expect(next.actions).toEqual([{ type: 'ensureWorkers', replicas: 1 }]);
  });

  it('never has more workers than the limits of its run are divided among', () => {
    const next = (maxWorkers?: number) =>
      nextJobState(
        createWorld({
          run: createRun(),
          job: createJob({ spec: { workers: { replicas: 5 } } }),
          pool: { workers: [], active: 2 },
          heardFromWorkers: true,
          maxWorkers,
        }),
      );
    const replicasOf = (maxWorkers?: number) =>
      next(maxWorkers).actions.find(({ type }) => type === 'ensureWorkers');
    const messageOf = (maxWorkers?: number) =>
      next(maxWorkers).status.conditions!.find(
        ({ type }) => type === 'Progressing',
      )!.message;
    expect(replicasOf(2)).toMatchObject({ replicas: 2 });
    expect(messageOf(2)).toContain('at most 2 workers, as when the run was');
    // Runs of earlier versions do not say how many.
    for (const enough of [5, 9, undefined]) {
      expect(replicasOf(enough)).toMatchObject({ replicas: 5 });
      expect(messageOf(enough)).toBe('The 10 items are being worked on');
    }
  });

  it('runs: start time, run, progress, result address and one event', () => {
    const run = createRun({
      counters: createCounters({ passed: 3, failed: 1, errored: 1 }),
    });
    const world = createWorld({
      run,
      job: createJob({ spec: { workers: { replicas: 2 } } }),
      pool: { workers: [], active: 2 },
    });
    const next = nextJobState(world);
    expect(next.status).toMatchObject({
      phase: 'Running',
      startTime: '2026-11-23T12:00:00Z',
      run: { id: 'uid-1-1', attempt: 1 },
      progress: { total: 10, completed: 3, failed: 2, pending: 5 },
      activeWorkers: 2,
      result: { url: 'http://localhost:7007/arena/runs/uid-1-1' },
    });
    expect(next.status.completionTime).toBeUndefined();
    expect(conditionsOf(next.status)).toEqual({
      ConfigValid: 'True/ConfigValid',
      JobCreated: 'True/JobCreated',
      Progressing: 'True/JobRunning',
      Ready: 'Unknown/Running',
    });
    expect(next.events.map(e => e.reason)).toEqual(['JobCreated']);
    expect(next.actions).toEqual([{ type: 'ensureWorkers', replicas: 2 }]);

    const again = nextJobState({
      ...world,
      job: createJob({ status: next.status }),
      now: new Date('2026-11-23T12:00:10Z'),
    });
    expect(again.events).toEqual([]);
    expect(again.status.startTime).toBe('2026-11-23T12:00:00Z');
  });

  it('keeps the transition time of a condition that only changes its words', () => {
    const first = nextJobState(createWorld({ inputs: blocked }));
    const second = nextJobState(
      createWorld({
        inputs: {
          state: 'blocked',
          obstacle: {
            condition: 'ConfigValid',
            reason: 'SourceNotReady',
            message: 'no content yet',
          },
        },
        job: createJob({
          status: first.status,
          metadata: { generation: 4 },
        }),
        now: new Date('2026-11-23T12:30:00Z'),
      }),
    );
    const ready = second.status.conditions!.find(c => c.type === 'Ready')!;
    expect(ready).toMatchObject({
      reason: 'SourceNotReady',
      lastTransitionTime: '2026-11-23T12:00:00Z',
      observedGeneration: 4,
    });
  });

  it('says that no worker has reached the backend', () => {
    const next = nextJobState(
      createWorld({
        run: createRun(),
        heardFromWorkers: false,
        job: createJob({
          status: { phase: 'Running', startTime: '2026-11-23T11:59:00Z' },
        }),
        pool: {
          active: 0,
          workers: [
            {
              id: 'w1',
              state: 'starting',
              restarts: 4,
              lastReason: 'exited with code 1: connect ECONNREFUSED',
            },
          ],
        },
      }),
    );
    const progressing = next.status.conditions!.find(
      c => c.type === 'Progressing',
    )!;
    expect(progressing.reason).toBe('BackendUnreachable');
    expect(progressing.message).toMatch(/w1 exited with code 1: connect/);
    expect(next.events.map(e => e.reason)).toEqual(['BackendUnreachable']);
  });

  it('counts the silence of workers from when one of them runs, not from the start of the job', () => {
    const reasonWith = (pool: Partial<JobWorld['pool']>) => {
      const { status } = nextJobState(
        createWorld({
          run: createRun(),
          heardFromWorkers: false,
          job: createJob({
            status: { phase: 'Running', startTime: '2026-11-23T11:50:00Z' },
          }),
          now: new Date('2026-11-23T12:00:00Z'),
          pool: { active: 1, workers: [], ...pool },
        }),
      );
      return status.conditions!.find(c => c.type === 'Progressing')!.reason;
    };
    const worker = { id: 'w1', restarts: 0 };
    expect(reasonWith({})).toBe('WorkersStarting');
    expect(reasonWith({ workers: [{ ...worker, state: 'starting' }] })).toBe(
      'WorkersStarting',
    );
    const workers = [{ ...worker, state: 'running' as const }];
    const since = (time: string) =>
      reasonWith({ workers, runningSince: new Date(time) });
    expect(since('2026-11-23T11:59:50Z')).toBe('JobRunning');
    expect(since('2026-11-23T11:59:40Z')).toBe('BackendUnreachable');
  });

  it('starts no workers without their secrets, and says so', () => {
    const next = nextJobState(
      createWorld({
        run: createRun(),
        launchObstacle: {
          reason: 'WorkersNotStarted',
          message: 'The key is gone',
        },
      }),
    );
    expect(next.actions).toEqual([]);
    expect(conditionsOf(next.status).Progressing).toBe(
      'True/WorkersNotStarted',
    );
  });

  describe('workers in trouble', () => {
    const trouble = (fatal: boolean) => ({
      workers: [],
      active: 0,
      trouble: { reason: 'OOMKilled', message: 'Out of memory', fatal },
    });
    const inTrouble = (world: Partial<JobWorld>) =>
      nextJobState(createWorld({ pool: trouble(false), ...world }));

    it('are told once, in the words of the launcher', () => {
      const next = inTrouble({ run: createRun() });
      expect(conditionsOf(next.status).Progressing).toBe('True/OOMKilled');
      expect(next.events).toContainEqual({
        type: 'Warning',
        reason: 'OOMKilled',
        message: 'Out of memory',
      });
      const job = createJob({ status: next.status });
      expect(inTrouble({ run: createRun(), job }).events).toEqual([]);
    });

    it('end the run when nothing can come of it, and say why in the end', () => {
      const run = createRun();
      const next = inTrouble({ run, pool: trouble(true) });
      expect(next.actions).toEqual([
        { type: 'closeRun', outcome: 'Failed', finalize: false },
      ]);
      const end = nextJobState(
        createWorld({
          job: createJob({ status: next.status }),
          ...settled({}, { outcome: 'Failed' }),
        }),
      );
      expect(end.status.phase).toBe('Failed');
      expect(conditionsOf(end.status).Progressing).toBe('False/OOMKilled');
      expect(end.events[0].message).toMatch(/^OOMKilled: Out of memory; /);
    });

    it('leave reports of what had been done, unless these cannot be written either', () => {
      const counters = createCounters({ passed: 3 });
      const close = (finalize: boolean) => [
        { type: 'closeRun', outcome: 'Failed', finalize },
      ];
      const running = createRun({ counters });
      expect(inTrouble({ run: running, pool: trouble(true) }).actions).toEqual(
        close(true),
      );
      expect(
        inTrouble({
          run: { ...running, state: 'Finalizing', outcome: 'Failed' },
          job: createJob({ status: { phase: 'Failed' } }),
          pool: trouble(true),
        }).actions,
      ).toEqual(close(false));
    });
  });

  describe('phase of a settled evaluation', () => {
    const gate = (minPassRate: number): Partial<ArenaJobSpec> => ({
      evaluation: { gate: { minPassRate }, budgetCurrency: 'USD' },
    });
    const threshold = (
      metric: 'pass_rate' | 'latency_p95',
      operator: '>=' | '<',
      value: string,
    ): Partial<ArenaJobSpec> => ({
      evaluation: {
        budgetCurrency: 'USD',
        thresholds: [{ metric, operator, value }],
      },
    });

    it.each<
      [
        string,
        Partial<RunCounters>,
        Partial<ArenaJobSpec>,
        Partial<RunHead>,
        string,
      ]
    >([
      ['all passed', { passed: 10 }, {}, {}, 'Succeeded/JobSucceeded'],
      ['one failed', { passed: 9, failed: 1 }, {}, {}, 'Failed/TestsFailed'],
      [
        'one failed within the gate',
        { passed: 9, failed: 1 },
        gate(90),
        {},
        'Succeeded/JobSucceeded',
      ],
      [
        'just below the gate',
        { total: 1_000_000, passed: 899_999, failed: 100_001 },
        gate(90),
        {},
        'Failed/TestsFailed',
      ],
      [
        'no verdict on one item, gate or not',
        { passed: 9, errored: 1 },
        gate(0),
        {},
        'Failed/InfrastructureErrors',
      ],
      [
        'nothing but infrastructure errors',
        { errored: 10 },
        gate(0),
        {},
        'Failed/InfrastructureErrors',
      ],
      ['no items', { total: 0 }, {}, {}, 'Failed/NoTestsRan'],
      [
        'no items with a gate of nothing',
        { total: 0 },
        gate(0),
        {},
        'Failed/NoTestsRan',
      ],
      [
        'a threshold that holds',
        { passed: 9, failed: 1 },
        {
          evaluation: {
            budgetCurrency: 'USD',
            gate: { minPassRate: 50 },
            thresholds: [{ metric: 'pass_rate', operator: '>=', value: '0.9' }],
          },
        },
        {},
        'Succeeded/JobSucceeded',
      ],
      [
        'a violated threshold',
        { passed: 10, durationMs: 10 },
        threshold('pass_rate', '<', '0.5'),
        {},
        'Failed/ThresholdViolated',
      ],
      [
        'a threshold without data',
        { passed: 10 },
        threshold('latency_p95', '<', '5s'),
        {},
        'Failed/ThresholdViolated',
      ],
      [
        'reports that could not be written',
        { passed: 10 },
        {},
        { finalizeError: 'no space' },
        'Failed/OutputFailed',
      ],
      [
        'a failed run',
        { passed: 3 },
        {},
        { outcome: 'Failed' },
        'Failed/JobFailed',
      ],
      [
        'a cancelled run',
        { passed: 3, failed: 1 },
        {},
        { outcome: 'Cancelled' },
        'Cancelled/Cancelled',
      ],
      [
        'a cancellation that came too late for a green run',
        { passed: 10 },
        { cancelled: true },
        {},
        'Succeeded/JobSucceeded',
      ],
      [
        'a cancellation before a failure',
        { passed: 9, failed: 1 },
        { cancelled: true },
        {},
        'Cancelled/Cancelled',
      ],
    ])('%s', (_name, counts, spec, run, expected) => {
      const next = nextJobState(
        createWorld({
          ...settled(counts, run),
          job: createJob({ spec, metadata: OURS }),
        }),
      );
      const progressing = next.status.conditions!.find(
        c => c.type === 'Progressing',
      )!;
      expect(`${next.status.phase}/${progressing.reason}`).toBe(expected);
      expect(progressing.status).toBe('False');
      const ready = next.status.conditions!.find(c => c.type === 'Ready')!;
      expect(ready.status).toBe(
        next.status.phase === 'Succeeded' ? 'True' : 'False',
      );
      expect(next.status.completionTime).toBe('2026-11-23T11:59:58Z');
      expect(next.status.activeWorkers).toBe(0);
      const { total, completed, failed, pending } = next.status.progress!;
      expect(completed + failed + pending).toBe(total);
      expect(next.events).toHaveLength(1);
    });
  });

  it('judges by the items that decide, and counts all as progress', () => {
    const world = settled({ total: 12, passed: 2, failed: 8, errored: 2 });
    const verdict = { total: 4, passed: 3, failed: 1, errored: 0, pending: 0 };
    const next = (minPassRate: number) =>
      nextJobState(
        createWorld({
          ...world,
          results: { ...world.results!, verdict },
          job: createJob({
            spec: {
              evaluation: {
                budgetCurrency: 'USD',
                gate: { minPassRate },
                thresholds: [
                  { metric: 'pass_rate', operator: '>=', value: '0.75' },
                  { metric: 'error_rate', operator: '<=', value: '0.25' },
                ],
              },
            },
            metadata: OURS,
          }),
        }),
      ).status;
    expect(next(75).phase).toBe('Succeeded');
    expect(next(76).phase).toBe('Failed');
    expect(next(75).progress).toEqual({
      total: 12,
      completed: 2,
      failed: 10,
      pending: 0,
    });
    expect(next(75).result!.summary).toMatchObject({
      passRate: '75.0',
      totalItems: '4',
      passedItems: '3',
      failedItems: '1',
      ignoredItems: '8',
    });
    expect(next(75).result!.summary).not.toHaveProperty('erroredItems');
    expect(JSON.parse(next(75).result!.summary!.details)).toMatchObject({
      basis: 'allItems',
    });
  });

  describe('cancelling', () => {
    const spec = { cancelled: true };

    it('ends a job that has not started', () => {
      const next = nextJobState(
        createWorld({ job: createJob({ spec }), inputs: blocked }),
      );
      expect(next.status).toMatchObject({
        phase: 'Cancelled',
        completionTime: '2026-11-23T12:00:00Z',
        activeWorkers: 0,
      });
      expect(next.actions).toEqual([]);
    });

    it('closes a run in the middle, and lets its results be reported', () => {
      const closing = nextJobState(
        createWorld({ job: createJob({ spec }), run: createRun() }),
      );
      expect(closing.actions).toEqual([
        { type: 'closeRun', outcome: 'Cancelled', finalize: true },
      ]);
      const closed = settled(
        { passed: 2 },
        { state: 'Finalizing', outcome: 'Cancelled' },
      );
      const next = nextJobState(
        createWorld({ ...closed, job: createJob({ spec, metadata: OURS }) }),
      );
      expect(next.status.phase).toBe('Cancelled');
      expect(next.status.result!.summary).toMatchObject({ passedItems: '2' });
      expect(next.events.map(e => e.reason)).toEqual(['Cancelled']);

      const after = nextJobState(
        createWorld({
          ...closed,
          job: createJob({ spec, metadata: OURS, status: next.status }),
        }),
      );
      expect(after.actions).toEqual([
        { type: 'ensureWorkers', replicas: 1, finalizing: true },
      ]);
      expect(after.status.phase).toBe('Cancelled');
    });

    it('gives up on reports that never come', () => {
      const next = nextJobState(
        createWorld({
          run: createRun({
            state: 'Finalizing',
            outcome: 'Cancelled',
            reportsDueAt: new Date('2026-11-23T11:00:00Z'),
          }),
          job: createJob({
            spec,
            metadata: OURS,
            status: { phase: 'Cancelled' },
          }),
        }),
      );
      expect(next.actions).toEqual([
        { type: 'closeRun', outcome: 'Cancelled', finalize: false },
      ]);
    });
  });

  describe('reports that are written once more', () => {
    const reason = 'OutputFailed';
    const failed = {
      phase: 'Failed' as const,
      completionTime: '2026-11-23T09:00:00Z',
      conditions: [
        {
          type: 'ReportsWritten',
          status: 'False' as const,
          reason,
          message: 'The reports could not be written: no bucket',
          lastTransitionTime: '2026-11-23T09:00:00Z',
          observedGeneration: 3,
        },
      ],
    };
    const metadata = {
      ...OURS,
      annotations: {
        'omnia.altairalabs.ai/reconcile-at': '2026-11-23T11:59:00Z',
      },
    };
    const reportsWritten = (status: ArenaJobStatus) =>
      findCondition(status.conditions, 'ReportsWritten');
    const look = (
      run: Partial<RunHead>,
      status: ArenaJobStatus = failed,
      own: Partial<ArenaJob['metadata']> = metadata,
    ) =>
      nextJobState(
        createWorld({
          run: createRun({ outcome: 'Completed', ...run }),
          job: createJob({ metadata: own, status }),
        }),
      );

    it('get a worker, a condition and an event, and leave the phase', () => {
      const writing = look({ state: 'Finalizing', finalizeError: 'no bucket' });
      expect(writing.actions).toEqual([
        { type: 'ensureWorkers', replicas: 1, finalizing: true },
      ]);
      expect(reportsWritten(writing.status)).toMatchObject({
        status: 'Unknown',
        reason: 'Retrying',
        message: 'Writing is tried again after: no bucket',
      });
      const written = look(
        { state: 'Closed', finalized: true },
        writing.status,
      );
      expect(written.actions).toEqual([]);
      expect(written.events).toEqual([
        expect.objectContaining({ type: 'Normal', reason: 'ReportsWritten' }),
      ]);
      expect(written.status.phase).toBe('Failed');
      const over = look({ state: 'Closed', finalized: true }, written.status);
      expect(over.actions.map(({ type }) => type)).toEqual([
        'stopWorkers',
        'removeFinalizer',
      ]);
      expect(over.events).toEqual([]);
    });

    it('say why when they fail again', () => {
      const { status } = look({
        state: 'Finalizing',
        finalizeError: 'no bucket',
      });
      const again = look(
        { state: 'Closed', finalized: true, finalizeError: 'no rights' },
        status,
      );
      expect(reportsWritten(again.status)).toMatchObject({
        status: 'False',
        reason,
        message: 'The reports could not be written: no rights',
      });
      expect(again.events).toEqual([
        expect.objectContaining({ type: 'Warning', reason }),
      ]);
    });

    it('keep the job while they are written, also when nobody remembers why', () => {
      const { actions } = look({ state: 'Finalizing' }, failed, {
        ...metadata,
        finalizers: [],
      });
      expect(actions.map(({ type }) => type)).toEqual([
        'addFinalizer',
        'ensureWorkers',
      ]);
    });

    it('are given up when nobody comes to write them, and not while somebody does', () => {
      const at = (reportsDueAt?: Date) =>
        look({ state: 'Finalizing', reportsDueAt }).actions.map(
          ({ type }) => type,
        );
      expect(at(new Date('2026-11-23T11:49:00Z'))).toEqual(['closeRun']);
      expect(at(new Date('2026-11-23T11:51:00Z'))).toEqual(['ensureWorkers']);
      expect(at()).toEqual(['ensureWorkers']);
    });

    it('have failed once more when they were tried again and nobody came', () => {
      const late = {
        state: 'Finalizing' as const,
        finalizeError: 'no bucket',
        reportsDueAt: new Date('2026-11-23T11:49:00Z'),
      };
      expect(look(late).actions).toEqual([
        {
          type: 'failReports',
          message: 'no worker came to write them within 10 minutes',
        },
      ]);
      const broken = nextJobState(
        createWorld({
          run: createRun({ ...late, reportsDueAt: undefined }),
          job: createJob({ metadata, status: failed }),
          pool: {
            active: 0,
            workers: [],
            trouble: { reason: 'ImageGone', message: 'no image', fatal: true },
          },
        }),
      );
      expect(broken.actions).toEqual([
        { type: 'failReports', message: 'ImageGone: no image' },
      ]);
    });

    it('promise no other try where nobody looks any more', () => {
      const { status } = look(
        {
          state: 'Closed',
          finalizeError: 'no bucket',
          reportsDueAt: new Date('2026-11-23T10:00:00Z'),
        },
        failed,
        {},
      );
      expect(reportsWritten(status)?.message).toBe(
        'The reports could not be written: no bucket',
      );
    });

    it('are tried again when their time has come, without a worker until then', () => {
      const closed = (reportsDueAt: string) =>
        look({
          state: 'Closed',
          finalized: true,
          finalizeError: 'no bucket',
          reportsDueAt: new Date(reportsDueAt),
        });
      const waiting = closed('2026-11-23T12:05:00Z');
      expect(waiting.actions).toEqual([{ type: 'stopWorkers' }]);
      expect(waiting.requeueAfterMs).toBe(299_500);
      expect(reportsWritten(waiting.status)).toMatchObject({
        status: 'False',
        reason,
        message:
          'The reports could not be written: no bucket. It is tried again at 2026-11-23T12:05:00Z',
      });
      const due = closed('2026-11-23T12:00:00Z');
      expect(due.actions).toEqual([
        { type: 'stopWorkers' },
        { type: 'resumeReports' },
      ]);
      expect(due.requeueAfterMs).toBe(0);
    });
  });

  describe('deleting', () => {
    const deletionTimestamp = '2026-11-23T12:00:00Z';

    it('stops workers and closes the run before it lets the object go', () => {
      const next = nextJobState(
        createWorld({
          run: createRun(),
          job: createJob({ metadata: { ...OURS, deletionTimestamp } }),
        }),
      );
      expect(next.actions.map(a => a.type)).toEqual([
        'closeRun',
        'stopWorkers',
        'removeFinalizer',
      ]);
    });

    it('leaves the finalizers of others to them', () => {
      const next = nextJobState(
        createWorld({
          job: createJob({
            metadata: { finalizers: ['other'], deletionTimestamp },
          }),
        }),
      );
      expect(next.actions).toEqual([]);
    });

    it('starts nothing for an object that is going', () => {
      const next = nextJobState(
        createWorld({
          inputs: { state: 'ready', run: NEW_RUN },
          job: createJob({ metadata: { deletionTimestamp } }),
        }),
      );
      expect(next.actions).toEqual([]);
    });
  });

  describe('finished', () => {
    const status: ArenaJobStatus = {
      phase: 'Failed',
      completionTime: '2026-11-23T11:59:00Z',
      activeWorkers: 1,
    };

    it('lets the object go, and never changes its phase again', () => {
      const next = nextJobState(
        createWorld({
          ...settled({ passed: 10 }),
          job: createJob({
            status,
            metadata: OURS,
            spec: { cancelled: true },
          }),
        }),
      );
      expect(next.actions.map(a => a.type)).toEqual([
        'stopWorkers',
        'removeFinalizer',
      ]);
      expect(next.status.phase).toBe('Failed');
      expect(next.status.activeWorkers).toBe(0);
    });

    it.each([
      [60, [{ type: 'deleteJob' }], undefined],
      [0, [{ type: 'deleteJob' }], undefined],
      [100, [], 39_500],
    ])('after a time to live of %d s', (ttl, actions, requeueAfterMs) => {
      const next = nextJobState(
        createWorld({
          job: createJob({ status, spec: { ttlSecondsAfterFinished: ttl } }),
        }),
      );
      expect(next.actions).toEqual(actions);
      expect(next.requeueAfterMs).toBe(requeueAfterMs);
    });
  });
});
