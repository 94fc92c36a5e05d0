import {
  LOAD_LEAD_SECONDS,
  LoadControl,
  LoadCourse,
  LoadLeaseRequest,
  loadLeaseRequestSchema,
  LoadLeaseResponse,
  loadLeaseResponseSchema,
  LoadProfile,
  LoadReport,
  LoadReportBatch,
  loadReportRequestSchema,
  loadReportSchema,
  loadSeriesRow,
  LoadSlice,
  LoadTotals,
} from '@backstage-arena/plugin-arena-common/load';

const POLL_MS = 100;
const TAKE_OVER_MS = 600;
/** A worker that is silent for so long is not waited for. */
const LIVE_MS = 1_500;

export interface FakeLoadOptions {
  profile: LoadProfile;
  /** Workers that the start waits for. */
  expected: number;
  /** From the barrier to the start. */
  startDelayMs?: number;
  /** Each answer gives so many of the latest slices again, as one does that comes late. */
  repeat?: number;
}

interface Process {
  workerId: string;
  instance: string;
  seenAt: number;
  given: LoadSlice[];
  granted: number;
  last: LoadLeaseRequest;
}

/** The load test's part of the worker protocol, in memory. */
export class FakeLoad {
  readonly processes = new Map<string, Process>();
  readonly batches: LoadReportBatch[] = [];
  /** Seconds that came again. */
  again = 0;
  /** Number of seconds in each report. */
  readonly reportSizes: number[] = [];
  readonly controls: LoadControl[] = [];
  command: 'continue' | 'drain' = 'continue';
  stopped: 'stopped' | 'budget' | undefined;
  isOver = false;
  readonly course: LoadCourse;
  readonly #rows: LoadTotals[] = [];
  readonly #known = new Set<string>();
  readonly #options: FakeLoadOptions;
  readonly #slices: Array<LoadSlice & { owner?: Process }> = [];
  #next = 0;
  originAt: number | undefined;

  constructor(options: FakeLoadOptions) {
    this.#options = options;
    this.course = new LoadCourse(options.profile);
  }

  get granted(): number {
    return [...this.processes.values()].reduce(
      (sum, process) => sum + process.granted,
      0,
    );
  }

  /** Milliseconds from the start; negative before. */
  get nowMs(): number {
    return Date.now() - (this.originAt ?? Infinity);
  }

  change(control: LoadControl): void {
    this.controls.push(control);
    this.course.setControls(this.controls);
  }

  /** Where a change may begin. */
  get horizonMs(): number {
    return this.#next * 1_000;
  }

  lease(json: unknown): LoadLeaseResponse {
    return loadLeaseResponseSchema.parse(
      this.#lease(loadLeaseRequestSchema.parse(json)),
    );
  }

  record(json: unknown): { accepted: number } {
    const { batches, instance } = loadReportRequestSchema.parse(json);
    this.reportSizes.push(batches.length);
    let accepted = 0;
    for (const batch of batches) {
      const { workerId, second } = batch.worker;
      const key = `${workerId}/${instance}/${second}`;
      if (this.#known.has(key)) {
        this.again += 1;
        continue;
      }
      this.#known.add(key);
      this.batches.push(batch);
      this.#rows.push(this.course.accumulator.add(batch));
      accepted += 1;
    }
    return { accepted };
  }

  get report(): LoadReport {
    const report = this.course.report({
      title: 'test',
      startedAt: new Date(this.originAt ?? 0),
      elapsedMs: this.nowMs,
      endedBy: this.stopped ?? 'completed',
    });
    return loadReportSchema.parse(JSON.parse(JSON.stringify(report)));
  }

  /** As the finalizer reads them. */
  lines(of: 'batches' | 'series'): string {
    const order = this.batches
      .map((batch, index) => ({ batch, totals: this.#rows[index] }))
      .sort(
        (a, b) =>
          a.batch.worker.second - b.batch.worker.second ||
          a.batch.worker.workerId.localeCompare(b.batch.worker.workerId),
      );
    const lines = order.map(({ batch, totals }) =>
      of === 'batches'
        ? batch
        : loadSeriesRow({
            second: batch.worker.second,
            totals,
            workers: 1,
            inFlight: batch.worker.inFlight,
            schedule: this.course.schedule,
          }),
    );
    return lines.map(line => `${JSON.stringify(line)}\n`).join('');
  }

  #lease(request: LoadLeaseRequest): LoadLeaseResponse {
    const process = this.#note(request);
    this.#checkOver();
    if (this.isOver) return { state: 'over' };
    const { expected, startDelayMs = 1_000, profile } = this.#options;
    if (this.originAt === undefined && this.#live.length >= expected) {
      this.originAt = Date.now() + startDelayMs;
    }
    if (this.originAt === undefined) {
      return { state: 'wait', retryAfterMs: POLL_MS };
    }
    const common = { retryAfterMs: POLL_MS, nowMs: this.nowMs };
    if (this.stopped) {
      return { state: 'stop', reason: this.stopped, ...common };
    }
    if (!request.draining && profile.mode === 'open') this.#assign(process);
    const from = Math.max(0, request.received - (this.#options.repeat ?? 0));
    return {
      state: 'running',
      ...common,
      controls: this.controls,
      slices: process.given.slice(from),
      given: process.given.length,
      ended: this.#isEnded,
      share: {
        share: [...this.processes.values()].indexOf(process),
        shares: this.processes.size,
      },
      budget: this.#grant(process, request),
      command: this.command,
    };
  }

  get #isEnded(): boolean {
    const { mode } = this.#options.profile;
    return mode === 'closed'
      ? this.nowMs >= this.course.endMs
      : this.horizonMs >= this.course.endMs &&
          this.#slices.every(
            ({ owner, second }) => owner || second * 1_000 < this.nowMs,
          );
  }

  get #live(): Process[] {
    return [...this.processes.values()].filter(
      ({ seenAt, last }) => !last.done && Date.now() - seenAt < LIVE_MS,
    );
  }

  #note(request: LoadLeaseRequest): Process {
    const { workerId, instance } = request;
    const key = `${workerId}/${instance}`;
    const known = this.processes.get(key);
    const process = known ?? {
      workerId,
      instance,
      seenAt: 0,
      given: [],
      granted: 0,
      last: request,
    };
    process.seenAt = Date.now();
    process.last = request;
    this.processes.set(key, process);
    return process;
  }

  #checkOver(): void {
    if (!this.stopped && !(this.originAt && this.#isEnded)) return;
    if (this.#live.length === 0) this.isOver = true;
  }

  #assign(process: Process): void {
    const current = Math.max(0, Math.floor(this.nowMs / 1_000));
    const end = Math.min(
      Math.floor(this.nowMs / 1_000) + LOAD_LEAD_SECONDS + 1,
      Math.ceil(this.course.endMs / 1_000),
    );
    this.#next = Math.max(this.#next, current);
    const shares = this.#live.filter(({ last }) => !last.draining).length;
    for (; this.#next < end; this.#next += 1) {
      for (let share = 0; share < shares; share += 1) {
        this.#slices.push({ second: this.#next, share, shares });
      }
    }
    for (const slice of this.#slices) {
      if (slice.owner || slice.second < current) continue;
      const isLeft = slice.second * 1_000 - this.nowMs < TAKE_OVER_MS;
      const isServed = this.#slices.some(
        ({ second, owner }) => second === slice.second && owner === process,
      );
      if (isServed && !isLeft) continue;
      slice.owner = process;
      const { second, share } = slice;
      process.given.push({ second, share, shares: slice.shares });
    }
  }

  #grant(process: Process, { budget }: LoadLeaseRequest) {
    const { profile } = this.#options;
    const limit = profile.budgetLimit;
    if (limit === undefined || !budget) return undefined;
    if (budget.granted < process.granted) return { granted: process.granted };
    const { wanted, missing = 0 } = budget;
    const left = limit - this.granted;
    const more = Math.max(missing, Math.min(wanted, left / 4));
    if (more <= left) process.granted += more;
    else if (missing > 0) this.stopped = 'budget';
    return { granted: process.granted };
  }
}
