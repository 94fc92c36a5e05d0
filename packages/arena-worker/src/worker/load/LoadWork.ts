import { LoadRunner, Runner } from '@backstage-arena/arena-engine';
import {
  LoadControl,
  LoadLeaseResponse,
  LoadProfile,
  LoadSlice,
  scheduleOf,
  sliceSize,
  withControls,
} from '@backstage-arena/plugin-arena-common/load';
import { Wakeup } from '../Wakeup';
import { WorkerLogger } from '../WorkerLogger';
import { BatchSender } from './BatchSender';
import { isLoadOver, LoadApi, LoadWorkerState, TimedAnswer } from './LoadApi';
import { LoadBudget } from './LoadBudget';
import { OriginEstimate } from './OriginEstimate';

/** So long before the first arrival the origin is fixed. */
const BEGIN_BEFORE_MS = 200;
/** Until then, answers are asked for so often, each an estimate of the origin. */
const ESTIMATE_INTERVAL_MS = 100;
/** Who comes late takes so long to estimate, if its first arrival leaves the time. */
const ESTIMATE_MS = 300;
/** However low the budget is, it is not asked for more often. */
const LOW_INTERVAL_MS = 50;
/** What is left to be told gets so long when a worker has to leave. */
const LEAVE_TIMEOUT_MS = 5_000;

/** How a load test ended for a worker: `drained` while the test goes on without it. */
export type LoadOutcome = 'over' | 'drained';

export interface LoadWorkOptions {
  api: Pick<LoadApi, 'lease' | 'report'>;
  /** Made with `load`, and this budget. */
  runner: Pick<Runner, 'plan' | 'execute'>;
  profile: LoadProfile;
  budget?: LoadBudget;
  workerId: string;
  logger: WorkerLogger;
  drainTimeoutMs: number;
}

type RunningAnswer = Extract<LoadLeaseResponse, { state: 'running' }>;

/**
 * A worker's part in a load test: waits for the others, leases slices of the schedule and sends them, reports its seconds, and says when it is done.
 *
 * One loop asks; what was leased is sent beside it, whatever becomes of the backend.
 */
export class LoadWork {
  readonly #options: LoadWorkOptions;
  readonly #wakeup = new Wakeup();
  readonly #origin = new OriginEstimate();
  /** Aborts when nothing more is to be told. */
  readonly #end = new AbortController();
  #controls: readonly LoadControl[] = [];
  #share: Pick<LoadSlice, 'share' | 'shares'> | undefined;
  #answeredAt = 0;
  #received = 0;
  /** Slices that came before the test began. */
  #early: LoadSlice[] = [];
  #runner: LoadRunner | undefined;
  #sender: BatchSender | undefined;
  /** Never rejects. */
  #running: Promise<void> | undefined;
  #beginTimer: NodeJS.Timeout | undefined;
  #leaveTimer: NodeJS.Timeout | undefined;
  #isDraining = false;
  /** Nothing more will be leased. */
  #hasAll = false;
  /** Everything was sent, has ended, and is reported. */
  #isFinished = false;
  #failure: { error: unknown } | undefined;

  constructor(options: LoadWorkOptions) {
    this.#options = options;
    options.budget?.whenLow(() => {
      const sinceMs = performance.now() - this.#answeredAt;
      if (sinceMs > LOW_INTERVAL_MS) this.#wakeup.wake();
    });
  }

  /** Takes nothing new, sends what is leased, and lets what runs end within the drain timeout. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    const { logger, drainTimeoutMs } = this.#options;
    logger.info('Draining', { outstanding: this.#outstanding });
    const hasWork = this.#runner || this.#early.length > 0;
    const leave = () => this.#end.abort(new Error('The worker has to leave'));
    this.#leaveTimer = setTimeout(
      () => {
        this.#runner?.cancel();
        this.#leaveTimer = setTimeout(leave, LEAVE_TIMEOUT_MS);
      },
      hasWork ? drainTimeoutMs : 0,
    );
    this.#wakeup.wake();
  }

  /** @throws UnreachableError, ProtocolError, and what the test itself failed with */
  async run(): Promise<LoadOutcome> {
    const { api, logger } = this.#options;
    try {
      for (;;) {
        const said = { done: this.#isDone, draining: false };
        const timed = await api.lease(() => {
          said.draining = this.#isDraining;
          return this.#state(said.done);
        }, this.#end.signal);
        this.#answeredAt = timed.answeredAt;
        if (said.done || timed.answer.state === 'over') break;
        this.#take(timed);
        if (said.draining) this.#takeNoMore();
        await this.#wakeup.wait(this.#pauseMs(timed.answer));
      }
      logger.info('The load test is over for this worker');
    } catch (error) {
      const reason = this.#failure ? this.#failure.error : error;
      const hasLeft = this.#end.signal.aborted && !this.#failure;
      if (!hasLeft && !isLoadOver(reason)) throw reason;
      logger.warn('The load test has ended for this worker', {
        outstanding: this.#outstanding,
        reason: reason instanceof Error ? reason.message : String(reason),
      });
    } finally {
      await this.#stop();
    }
    return this.#isDraining ? 'drained' : 'over';
  }

  get #isDone(): boolean {
    if (this.#runner) return this.#isFinished;
    return this.#hasAll && this.#early.length === 0;
  }

  get #outstanding(): number {
    if (this.#runner) return this.#runner.outstanding;
    if (this.#early.length === 0) return 0;
    const { profile } = this.#options;
    const stages = withControls(profile.stages, this.#controls);
    const schedule = scheduleOf({ ...profile, stages });
    return this.#early.reduce(
      (sum, slice) => sum + sliceSize(schedule, slice),
      0,
    );
  }

  #state(done: boolean): LoadWorkerState {
    return {
      received: this.#received,
      outstanding: this.#outstanding,
      recordedUntil: this.#sender?.recordedUntil ?? 0,
      ...(this.#isDraining && { draining: true }),
      ...(done && { done }),
      budget: this.#options.budget?.state(),
    };
  }

  #pauseMs(answer: LoadLeaseResponse): number {
    if (answer.state === 'over') return 0;
    return answer.state === 'running' && !this.#runner
      ? Math.min(ESTIMATE_INTERVAL_MS, answer.retryAfterMs)
      : answer.retryAfterMs;
  }

  #take({ answer, ...moment }: TimedAnswer): void {
    if (answer.state === 'running') {
      this.#origin.add({ ...moment, nowMs: answer.nowMs });
      this.#takeRunning(answer);
    } else if (answer.state === 'stop') {
      this.#origin.add({ ...moment, nowMs: answer.nowMs });
      if (this.#early.length > 0) this.#begin();
      if (!this.#hasAll) {
        this.#options.logger.info('The test is stopped', {
          reason: answer.reason,
        });
      }
      this.#runner?.stop(answer.reason);
      this.#takeNoMore();
    }
  }

  #takeRunning(answer: RunningAnswer): void {
    const { controls, budget } = answer;
    if (budget) this.#options.budget?.grant(budget.granted);
    this.#share = answer.share;
    // They only ever grow.
    if (controls.length !== this.#controls.length) {
      this.#controls = controls;
      this.#runner?.setControls(controls);
    }
    for (const slice of this.#newSlices(answer)) {
      if (this.#runner) this.#runner.lease(slice);
      else this.#early.push(slice);
    }
    if (answer.ended) this.#takeNoMore();
    if (answer.command === 'drain') this.drain();
    this.#scheduleBegin();
  }

  /** A slice that was given again, because its answer came late, is not sent again. */
  #newSlices({ slices, given }: RunningAnswer): LoadSlice[] {
    const known = this.#received - (given - slices.length);
    this.#received = Math.max(this.#received, given);
    return slices.slice(Math.max(0, known));
  }

  #takeNoMore(): void {
    this.#hasAll = true;
    this.#runner?.end();
    if (!this.#runner && this.#early.length === 0) this.#wakeup.wake();
  }

  /** Answers may be late: it begins without them. */
  #scheduleBegin(): void {
    const { best, firstAt } = this.#origin;
    if (this.#runner || !best || firstAt === undefined) return;
    const { originMs } = best;
    const due = this.#early.map(({ second }) => originMs + second * 1_000);
    const beginAt = Math.min(
      ...due.map(time => time - BEGIN_BEFORE_MS),
      Math.max(originMs - BEGIN_BEFORE_MS, firstAt + ESTIMATE_MS),
    );
    clearTimeout(this.#beginTimer);
    this.#beginTimer = setTimeout(() => {
      try {
        this.#begin();
      } catch (error) {
        this.#fail(error);
      }
    }, Math.max(0, beginAt - performance.now()));
  }

  /** Fixes the origin: from now on the clock of this process tells what is due. */
  #begin(): void {
    clearTimeout(this.#beginTimer);
    const { best } = this.#origin;
    if (this.#runner || !best || this.#isDone) return;
    const { originMs, roundTripMs } = best;
    const { api, logger } = this.#options;
    const nowMs = performance.now() - originMs;
    const sender = new BatchSender({
      api,
      firstSecond: Math.max(0, Math.floor(nowMs / 1_000)),
      signal: this.#end.signal,
      onError: error => this.#fail(error),
    });
    const runner = new LoadRunner({
      ...this.#options,
      originMs,
      share: this.#share,
      onBatch: batch => sender.add(batch),
    });
    runner.setControls(this.#controls);
    logger.info('The load test begins', {
      nowMs: Math.round(nowMs),
      roundTripMs: Number(roundTripMs.toFixed(1)),
    });
    this.#sender = sender;
    this.#runner = runner;
    this.#running = this.#follow(runner, sender);
    for (const slice of this.#early) runner.lease(slice);
    this.#early = [];
    if (this.#hasAll) runner.end();
  }

  async #follow(runner: LoadRunner, sender: BatchSender): Promise<void> {
    try {
      await runner.run();
      await sender.flush();
      this.#isFinished = true;
      this.#wakeup.wake();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#end.abort(error);
    this.#wakeup.wake();
  }

  /** Nothing goes on behind. */
  async #stop(): Promise<void> {
    clearTimeout(this.#beginTimer);
    clearTimeout(this.#leaveTimer);
    this.#end.abort(new Error('The load test is over'));
    if (!this.#isFinished) {
      this.#runner?.fail(new Error('The load test is over'));
    }
    await this.#running;
  }
}
