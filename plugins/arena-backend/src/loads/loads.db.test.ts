import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  ArrivalSchedule,
  arrivalsOf,
  LoadHistogram,
  LoadLeaseRequest,
  LoadLeaseResponse,
  LoadProfile,
  loadProfileOf,
  LoadReportBatch,
  noCounts,
} from '@backstage-arena/plugin-arena-common/load';
import { databases } from '../__testUtils__/databases';
import {
  createParts,
  setupRuns,
  testPins,
  testPlan,
  testRun,
} from '../__testUtils__/runs';

jest.setTimeout(60_000);

const RUN = 'job-uid-1';

type Running = Extract<LoadLeaseResponse, { state: 'running' }>;

function profile(changes: Partial<LoadProfile> = {}): LoadProfile {
  return {
    ...loadProfileOf(undefined),
    mode: 'open',
    stages: [{ durationMs: 6_000, from: 100, to: 100 }],
    gracefulStopMs: 1_000,
    maxInFlight: 100,
    ...changes,
  };
}

/** What a worker process would say and do, without sending anything. */
class Worker {
  slices: Running['slices'] = [];
  budget = 0;
  recordedUntil = 0;

  constructor(
    private readonly parts: Awaited<ReturnType<typeof setupRuns>>,
    readonly name: string,
    private readonly load: LoadProfile,
    readonly instance = 'i1',
  ) {}

  async ask(more: Partial<LoadLeaseRequest> = {}): Promise<LoadLeaseResponse> {
    const answer = await this.parts.loads.lease(RUN, {
      workerId: this.name,
      instance: this.instance,
      received: this.slices.length,
      outstanding: 0,
      recordedUntil: this.recordedUntil,
      ...more,
    });
    if (answer.state === 'running') {
      this.slices.push(...answer.slices);
      this.budget = answer.budget?.granted ?? 0;
    }
    return answer;
  }

  get arrivals(): number[] {
    const schedule = new ArrivalSchedule(this.load);
    return this.slices.flatMap(slice =>
      [...arrivalsOf(schedule, slice)].map(({ number }) => number),
    );
  }

  batch(second: number, sent: number, last = false): LoadReportBatch {
    const latency = new LoadHistogram();
    for (let n = 0; n < sent; n += 1) latency.record(10);
    const counts = {
      ...noCounts(),
      sent,
      completed: sent,
      succeeded: sent,
      calls: sent,
      good: sent,
      cost: sent * 0.01,
    };
    return {
      worker: {
        workerId: this.name,
        second,
        elapsedMs: 1_000,
        eventLoopDelay: { p50: 0, p99: 1, max: 1 },
        cpuMs: 100,
        spinMs: 0,
        inFlight: 1,
        connectionsOpened: 0,
        connectionsReused: sent,
        rssBytes: 1,
        ...(last && { last }),
      },
      records: [
        {
          second,
          stage: 0,
          providers: {
            'provider-0': {
              ...counts,
              times: {
                latency: latency.encode(),
                serviceTime: latency.encode(),
              },
            },
          },
          scenarios: { 'scenario-0': counts },
          dropped: {},
        },
      ],
    };
  }

  async record(...batches: LoadReportBatch[]) {
    return this.parts.loads.record(RUN, {
      workerId: this.name,
      instance: this.instance,
      batches,
    });
  }
}

describe.each(databases.eachSupportedId())('load tests on %s', id => {
  async function setup(changes: Partial<LoadProfile> = {}, startWorkers = 2) {
    const parts = await setupRuns(id);
    const load = profile(changes);
    await parts.store.create(
      testRun({
        pins: testPins({ type: 'loadtest', load, workers: 4 }),
        plan: testPlan({ scenarios: 1 }),
        startWorkers,
      }),
    );
    const workers = new Map<string, Worker>();
    const worker = async (name: string) => {
      if (!workers.has(name)) {
        await parts.queue.register(RUN, {
          protocolVersion: 1,
          workerId: name,
          engineVersion: '0',
          workerVersion: '0.4.0',
          host: 'h',
        });
        workers.set(name, new Worker(parts, name, load));
      }
      return workers.get(name)!;
    };
    return { ...parts, load, worker };
  }

  it('starts when the workers that are expected are ready, and not before', async () => {
    const { worker, clock, loads } = await setup();
    const [a, b] = [await worker('a'), await worker('b')];
    expect(await a.ask()).toMatchObject({ state: 'wait' });
    clock.advance(1_000);
    expect(await a.ask()).toMatchObject({ state: 'wait' });
    expect(await b.ask()).toMatchObject({ state: 'running', nowMs: -1_500 });
    expect(await a.ask()).toMatchObject({ state: 'running', nowMs: -1_500 });
    expect(await loads.state(RUN)).toMatchObject({
      phase: 'running',
      nowMs: -1_500,
      workers: { ready: 2, expected: 2 },
    });
  });

  it('starts with those that are there when the others do not come', async () => {
    const { worker, clock } = await setup();
    const a = await worker('a');
    await a.ask();
    for (let n = 0; n < 119; n += 1) {
      clock.advance(1_000);
      expect(await a.ask()).toMatchObject({ state: 'wait' });
    }
    clock.advance(1_000);
    expect(await a.ask()).toMatchObject({ state: 'running' });
  });

  /** Everybody asks four times a second. */
  async function run(
    clock: { advance(ms: number): void },
    seconds: number,
    each: (tick: number) => Promise<void>,
  ) {
    for (let tick = 0; tick < seconds * 4; tick += 1) {
      await each(tick);
      clock.advance(250);
    }
  }

  it('gives every arrival to one worker, whatever their number', async () => {
    const { worker, clock, loads } = await setup();
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(worker));
    await run(clock, 9, async tick => {
      await a.ask();
      // The test must not be over for those who ask next.
      await loads.observe(RUN);
      await b.ask();
      if (tick > 14) await c.ask();
    });
    expect(c.arrivals.length).toBeGreaterThan(0);
    const all = [...a.arrivals, ...b.arrivals, ...c.arrivals];
    expect(all.sort((x, y) => x - y)).toEqual(
      Array.from({ length: 600 }, (_, n) => n),
    );
  });

  it('gives the share of a lost worker to the others', async () => {
    const { worker, clock } = await setup();
    const [a, b] = await Promise.all(['a', 'b'].map(worker));
    await run(clock, 9, async tick => {
      await a.ask();
      if (tick < 10) await b.ask();
    });
    const all = [...a.arrivals, ...b.arrivals];
    expect(all.sort((x, y) => x - y)).toEqual(
      Array.from({ length: 600 }, (_, n) => n),
    );
    expect(b.arrivals.length).toBeLessThan(250);
  });

  it('repeats what was not received, and gives a process that was started again nothing of the one before', async () => {
    const { worker, clock, load, ...parts } = await setup({}, 1);
    const a = await worker('a');
    await a.ask();
    clock.advance(1_500);
    await a.ask();
    const given = [...a.slices];
    expect(given.length).toBeGreaterThan(1);
    expect(await a.ask({ received: 1 })).toMatchObject({
      slices: given.slice(1),
    });
    const again = new Worker({ clock, ...parts }, 'a', load, 'i2');
    expect(await again.ask()).toMatchObject({ state: 'running' });
    clock.advance(1_000);
    await again.ask();
    const seconds = given.map(({ second }) => second);
    expect(again.slices.length).toBeGreaterThan(0);
    again.slices.forEach(({ second }) => expect(seconds).not.toContain(second));
  });

  it('counts a second once, and makes a report that is the sum of what was recorded', async () => {
    const { worker, clock, loads, store } = await setup({}, 1);
    const a = await worker('a');
    await a.ask();
    clock.advance(1_500);
    const seconds = [0, 1, 2, 3, 4, 5];
    for (const second of seconds) {
      await a.ask();
      clock.advance(1_000);
      const batch = a.batch(second, 100, second === 5);
      expect(await a.record(batch)).toEqual({ accepted: 1 });
      expect(await a.record(batch)).toEqual({ accepted: 0 });
      a.recordedUntil = second + 1;
      await loads.observe(RUN);
    }
    expect((await store.head(RUN)).counters).toMatchObject({
      total: 600,
      passed: 600,
      pending: 0,
    });
    expect(await a.ask({ done: true })).toMatchObject({ ended: true });
    expect(await loads.observe(RUN)).toMatchObject({
      state: 'over',
      report: {
        endedBy: 'completed',
        passed: true,
        totals: { sent: 600, expected: 600, lost: 0 },
        cost: { total: expect.closeTo(6) },
      },
    });
    expect((await store.head(RUN)).state).toBe('Finalizing');
    expect(await a.ask()).toEqual({ state: 'over' });
    await expect(a.record(a.batch(9, 1))).rejects.toThrow(ConflictError);
    const page = await loads.series(RUN, 0);
    expect(page.next).toBe(6);
    expect(page.rows).toHaveLength(6);
    expect(page.rows[3]).toMatchObject({ second: 3, target: 100, sent: 100 });
    const lines: string[] = [];
    for await (const line of loads.batchLines(RUN)) lines.push(line);
    expect(lines.map(line => JSON.parse(line).worker.second)).toEqual(seconds);
    await store.delete(RUN);
    await expect(loads.state(RUN)).rejects.toThrow(NotFoundError);
  });

  it('counts what a silent worker had as lost, and names the worker', async () => {
    const { worker, clock, loads } = await setup();
    const [a, b] = await Promise.all(['a', 'b'].map(worker));
    await run(clock, 10, async tick => {
      const second = tick / 4 - 2;
      await a.ask({ recordedUntil: Math.max(0, Math.floor(second)) });
      if (tick < 12) await b.ask();
      if (Number.isInteger(second) && second >= 0 && second < 6) {
        const share = a.slices.filter(each => each.second === second);
        await a.record(
          a.batch(second, share.length * (100 / share[0].shares), second === 5),
        );
        if (second < 1) await b.record(b.batch(second, 50));
      }
      await loads.observe(RUN);
    });
    await a.ask({ done: true });
    clock.advance(20_000);
    // Nobody looked for so long: it may be that it could not reach the backend either.
    expect(await loads.observe(RUN)).toMatchObject({ state: 'stopping' });
    for (let n = 0; n < 10; n += 1) {
      clock.advance(1_000);
      await loads.observe(RUN);
    }
    const { report } = await loads.observe(RUN);
    expect(report).toMatchObject({ endedBy: 'completed' });
    expect(report!.totals.lost).toBeGreaterThan(0);
    expect(report!.totals.sent + report!.totals.lost).toBe(600);
    expect(report!.audit.reasons.join('\n')).toContain(
      'worker b: it was not heard of after second 0',
    );
  });

  it('is paused, resumed, changed and stopped beyond what is leased', async () => {
    const { worker, clock, loads } = await setup(
      { stages: [{ durationMs: 60_000, from: 100, to: 100 }] },
      1,
    );
    await expect(loads.command(RUN, { action: 'pause' })).rejects.toThrow(
      /waits for its workers/,
    );
    const a = await worker('a');
    await a.ask();
    clock.advance(1_500);
    await a.ask();
    const leased = Math.max(...a.slices.map(({ second }) => second)) + 1;
    await loads.command(RUN, { action: 'pause' });
    expect(await loads.state(RUN)).toMatchObject({
      phase: 'paused',
      controls: [{ action: 'pause', atMs: leased * 1_000 }],
    });
    await expect(loads.command(RUN, { action: 'pause' })).rejects.toThrow(
      InputError,
    );
    clock.advance(5_000);
    await a.ask();
    await loads.command(RUN, { action: 'resume' });
    await loads.command(RUN, { action: 'rate', target: 7 });
    const { stages, phase } = await loads.state(RUN);
    expect(phase).toBe('running');
    expect(stages[stages.length - 1]).toMatchObject({ from: 7, to: 7 });
    await loads.command(RUN, { action: 'stop' });
    expect(await a.ask()).toMatchObject({ state: 'stop', reason: 'stopped' });
    await expect(
      loads.command(RUN, { action: 'rate', target: 1 }),
    ).rejects.toThrow(ConflictError);
    await a.record(a.batch(0, 100, true));
    await a.ask({ done: true });
    expect(await loads.observe(RUN)).toMatchObject({
      state: 'over',
      report: { endedBy: 'stopped', passed: false },
    });
  });

  it('is not changed any more once all of it is leased, or its run is closed', async () => {
    const { worker, clock, loads, store } = await setup({}, 1);
    const a = await worker('a');
    await a.ask();
    clock.advance(1_500 + 4_000);
    await a.ask();
    await expect(loads.command(RUN, { action: 'pause' })).rejects.toThrow(
      /ends in 2\.0 s: all that is left is leased/,
    );
    await store.close(RUN, { outcome: 'Cancelled', finalize: true });
    await expect(loads.command(RUN, { action: 'stop' })).rejects.toThrow(
      ConflictError,
    );
    expect(await a.ask()).toEqual({ state: 'over' });
    const report = await loads.report(RUN);
    expect(report).toMatchObject({ endedBy: 'stopped', passed: false });
    expect(await loads.report(RUN)).toEqual(report);
    expect(await loads.state(RUN)).toMatchObject({ phase: 'over', report });
  });

  it('never grants more than the budget, to any number of workers', async () => {
    const { worker, clock, loads } = await setup({ budgetLimit: 1 }, 3);
    const names = ['a', 'b', 'c'];
    const all = await Promise.all(names.map(worker));
    let isExhausted = false;
    for (let tick = 0; tick < 400 && !isExhausted; tick += 1) {
      for (const each of all) {
        const answer = await each.ask({
          budget: {
            granted: each.budget,
            spent: each.budget,
            wanted: 0.3,
            missing: 0.002,
          },
        });
        isExhausted ||= answer.state === 'stop';
      }
      await loads.observe(RUN);
      clock.advance(10);
    }
    expect(isExhausted).toBe(true);
    const granted = all.reduce((sum, { budget }) => sum + budget, 0);
    expect(granted).toBeLessThanOrEqual(1 + 1e-9);
    expect(granted).toBeGreaterThan(0.99);
    expect(await loads.state(RUN)).toMatchObject({ phase: 'stopping' });
  });

  it('is followed by another replica from where it is', async () => {
    const parts = await setup({}, 1);
    const { worker, clock, loads, knex } = parts;
    const a = await worker('a');
    await a.ask();
    clock.advance(1_500);
    for (const second of [0, 1, 2]) {
      await a.ask();
      clock.advance(1_000);
      await a.record(a.batch(second, 100));
      await loads.observe(RUN);
    }
    const other = createParts(knex, clock).loads;
    for (const second of [3, 4, 5]) {
      await a.ask();
      clock.advance(1_000);
      await a.record(a.batch(second, 100, second === 5));
      await other.observe(RUN);
    }
    await a.ask({ done: true, recordedUntil: 6 });
    await other.observe(RUN);
    const { report } = await other.observe(RUN);
    expect(report).toMatchObject({
      passed: true,
      totals: { sent: 600, lost: 0 },
    });
    expect((await loads.series(RUN, 0)).rows).toHaveLength(6);
  });

  it('is followed from a snapshot, without reading what is in it again', async () => {
    const parts = await setup(
      { stages: [{ durationMs: 1_200_000, from: 1, to: 1 }] },
      1,
    );
    const { worker, clock, loads, knex } = parts;
    const a = await worker('a');
    await a.ask();
    clock.advance(1_500);
    await loads.observe(RUN);
    const batches = Array.from({ length: 620 }, (_, n) => a.batch(n, 1));
    for (let start = 0; start < batches.length; start += 31) {
      await a.record(...batches.slice(start, start + 31));
      clock.advance(31_000);
      await a.ask();
    }
    await loads.observe(RUN);
    await a.record(a.batch(620, 1));
    clock.advance(1_000);
    // What is in the snapshot is not needed any more, but for the latest seconds of the series.
    await knex('run_load_batches').where('second', '<', 500).delete();
    const other = createParts(knex, clock).loads;
    await other.observe(RUN);
    const { report } = await other.state(RUN);
    expect(report?.totals).toMatchObject({ sent: 621 });
    const { rows } = await other.series(RUN, 0);
    expect(rows).toHaveLength(621);
    expect(new Set(rows.map(({ sent }) => sent))).toEqual(new Set([1]));
  });

  it('refuses records of others, and of what the run does not have', async () => {
    const { worker } = await setup({}, 1);
    const a = await worker('a');
    await a.ask();
    const foreign = a.batch(0, 1);
    foreign.worker.workerId = 'b';
    await expect(a.record(foreign)).rejects.toThrow(/is not 'a', who reports/);
    const unknown = a.batch(0, 1);
    unknown.records[0].scenarios = { nothing: noCounts() };
    const broken = a.batch(0, 1);
    broken.records[0].providers['provider-0'].times.latency = 'HISTFAAAAAAA';
    await expect(a.record(broken)).rejects.toThrow(
      /times.latency is no HDR histogram/,
    );
    await expect(a.record(unknown)).rejects.toThrow(
      /'nothing' is none of the scenarios of the run; allowed are scenario-0/,
    );
  });

  it('answers that other runs are no load tests', async () => {
    const { store, loads } = await setupRuns(id);
    await store.create(testRun({ pins: testPins(), plan: testPlan() }));
    await expect(loads.state(RUN)).rejects.toThrow(NotFoundError);
    await expect(loads.series(RUN, 0)).rejects.toThrow(NotFoundError);
    await expect(loads.command(RUN, { action: 'stop' })).rejects.toThrow(
      NotFoundError,
    );
  });
});
