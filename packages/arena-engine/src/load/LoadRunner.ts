import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  Arrival,
  ArrivalMix,
  ArrivalSchedule,
  arrivalsOf,
  DropReason,
  goldenFraction,
  LoadControl,
  LoadProfile,
  LoadReportBatch,
  LoadSlice,
  measuredStages,
  MeasuredStage,
  scheduleOf,
  sliceSize,
  stageFinder,
  withControls,
} from '@backstage-arena/plugin-arena-common/load';
import { cellAt } from '@backstage-arena/plugin-arena-common/run';
import { Runner } from '../Engine';
import { BudgetExhausted } from './BudgetLedger';
import { LoadRecorder } from './LoadRecorder';
import { LoadOutcome, LoadSample } from './LoadSample';
import { Pacer } from './Pacer';
import { VirtualUsers } from './VirtualUsers';

/** An arrival that could not be sent for so long is dropped. @public */
export const MAX_LATENESS_MS = 1_000;
/** What was given up gets so long to end. */
const FAILURE_PATIENCE_MS = 5_000;

/** @public */
export interface LoadRunnerOptions {
  /** Made with `load`. */
  runner: Pick<Runner, 'plan' | 'execute'>;
  profile: LoadProfile;
  workerId: string;
  /** Start of the test, on the clock of `performance.now`. */
  originMs: number;
  /** Called once for each second in which the worker ran, in order; the next one waits. An error ends the run. */
  onBatch: (batch: LoadReportBatch) => void | Promise<void>;
  /** Called for each conversation. An error ends the run. */
  onOutcome?: (outcome: LoadOutcome) => void;
  /** Closed loop: which of how many workers this is. Default: the only one. */
  share?: Pick<LoadSlice, 'share' | 'shares'>;
}

/** A slice, of which not everything is sent. */
interface Leased {
  arrivals: Iterator<Arrival>;
  stageOf: (number: number) => number;
  head: Arrival;
}

/** The test was ended while a conversation ran. */
class Cancelled extends Error {}

/**
 * Runs a worker's part of a load test: slices of the arrival schedule as they are leased (open loop), or its virtual users (closed loop).
 * Nothing waits for anything else: what cannot be sent in time is dropped and counted.
 *
 * @public
 */
export class LoadRunner {
  private readonly mix: ArrivalMix;
  private readonly recorder: LoadRecorder;
  private readonly pacer: Pacer;
  private readonly users: VirtualUsers;
  private readonly abort = new AbortController();
  private stages: readonly MeasuredStage[] = [];
  private schedule!: ArrivalSchedule;
  private stageOf!: (number: number) => number;
  private readonly leased: Leased[] = [];
  private unsent = 0;
  private isEnded = false;
  private isOver = false;
  private stoppedBy?: DropReason;
  private graceful?: NodeJS.Timeout;
  private failure?: { error: unknown };
  private whenDone?: () => void;

  /** @throws InputError when the mix of the profile does not fit the plan */
  constructor(private readonly options: LoadRunnerOptions) {
    const { profile, runner, share } = options;
    this.mix = new ArrivalMix(runner.plan, profile.mix);
    this.pacer = new Pacer({ next: () => this.nextDue(), fire: this.fire });
    this.recorder = new LoadRecorder({
      ...options,
      takeSpinMs: () => this.pacer.takeSpinMs(),
      onError: error => this.fail(error),
    });
    this.users = new VirtualUsers({
      ...options,
      share: share ?? { share: 0, shares: 1 },
      start: arrival => this.start(arrival),
      onEnd: () => this.end(),
    });
    this.setControls([]);
  }

  /** Conversations in flight. */
  get inFlight(): number {
    return this.recorder.inFlight;
  }

  /** Conversations in flight, and leased arrivals that are not sent yet. */
  get outstanding(): number {
    return this.inFlight + this.unsent;
  }

  /** True while something that was leased is not sent. */
  get hasLeased(): boolean {
    return this.leased.length > 0;
  }

  /**
   * Runs until everything that was leased is over; `end` must be called some time.
   *
   * @throws what `fail` was told, or a callback threw
   */
  async run(): Promise<void> {
    this.recorder.start();
    if (this.options.profile.mode === 'closed') this.users.run();
    await new Promise<void>(resolve => {
      this.whenDone = resolve;
      this.checkDone();
    });
    this.isOver = true;
    this.pacer.stop();
    await this.recorder.stop();
    clearTimeout(this.graceful);
    if (this.failure) throw this.failure.error;
  }

  /** Adds a slice of the schedule as it is now. Once everything is over nobody sends it. */
  lease(slice: LoadSlice): void {
    if (this.failure || this.isOver) return;
    const arrivals = arrivalsOf(this.schedule, slice);
    const first = arrivals.next();
    if (first.done) return;
    const { stageOf } = this;
    this.leased.push({ arrivals, stageOf, head: first.value });
    this.unsent += sliceSize(this.schedule, slice);
    this.pacer.wake();
  }

  /**
   * Sets all changes of the test, those of earlier included. They lie beyond what was leased.
   *
   * @throws InputError when they contradict each other
   */
  setControls(controls: readonly LoadControl[]): void {
    const { profile } = this.options;
    const stages = withControls(profile.stages, controls);
    this.schedule = scheduleOf({ ...profile, stages });
    this.stages = measuredStages(stages, profile.warmUpMs);
    this.stageOf = stageFinder(this.schedule, this.stages);
    this.users.stages = this.stages;
  }

  /** Nothing more will be leased. What runs when the rest was sent gets the profile's time to end, and is cancelled then. */
  end(): void {
    this.isEnded = true;
    this.users.stop();
    this.checkDone();
  }

  /** Sends nothing more: what is leased is dropped for the reason given. */
  stop(reason: 'stopped' | 'budget' = 'stopped'): void {
    this.stoppedBy = reason;
    for (let due = this.nextDue(); due !== undefined; due = this.nextDue()) {
      this.fire();
    }
    this.end();
  }

  /** Sends nothing more, and cancels what runs: it counts as failed with the class `cancelled`. */
  cancel(): void {
    this.stop();
    this.abort.abort(new Cancelled('The test was ended'));
  }

  /** Gives everything up: `run` rejects with the first error that was told. */
  fail(error: unknown): void {
    if (this.failure) return;
    this.failure = { error };
    this.leased.length = 0;
    this.unsent = 0;
    this.abort.abort(new Cancelled('The test has failed'));
    this.end();
    clearTimeout(this.graceful);
    this.graceful = setTimeout(() => this.whenDone?.(), FAILURE_PATIENCE_MS);
  }

  /** The slice whose next arrival is due first: there are few at a time. */
  private first(): Leased | undefined {
    let first: Leased | undefined;
    for (const each of this.leased) {
      if (!first || each.head.dueMs < first.head.dueMs) first = each;
    }
    return first;
  }

  private nextDue(): number | undefined {
    const first = this.first();
    return first && this.options.originMs + first.head.dueMs;
  }

  private readonly fire = () => {
    const first = this.first();
    if (!first) return;
    const { head, arrivals, stageOf } = first;
    const next = arrivals.next();
    if (next.done) this.leased.splice(this.leased.indexOf(first), 1);
    else first.head = next.value;
    this.unsent -= 1;
    this.start({ ...head, stage: stageOf(head.number) });
    this.checkDone();
  };

  private start(arrival: Arrival & { stage: number }): void {
    const { originMs, profile, runner } = this.options;
    const { number, stage } = arrival;
    const dueAt = originMs + arrival.dueMs;
    const sentAt = performance.now();
    if (profile.mode === 'open') {
      const second = this.recorder.at(sentAt);
      if (this.stoppedBy) return second.drop(stage, this.stoppedBy);
      if (sentAt - dueAt > MAX_LATENESS_MS) return second.drop(stage, 'late');
      if (this.inFlight >= profile.maxInFlight) {
        return second.drop(stage, 'inFlight');
      }
    }
    const index = this.mix.itemOf(number);
    const { provider, scenario } = cellAt(runner.plan, index);
    const sample = new LoadSample({
      number,
      stage,
      provider: provider.id,
      scenario: scenario.id,
      graded: goldenFraction(number) < profile.sampleRate,
      dueAt,
      sentAt,
      recorder: this.recorder,
      slo: profile.slo,
    });
    void this.play(index, sample);
    return undefined;
  }

  private async play(index: number, sample: LoadSample): Promise<void> {
    const { runner, originMs, onOutcome } = this.options;
    const { graded, dueAt, sentAt } = sample.options;
    let report: ItemReport | undefined;
    let failed: string | undefined;
    try {
      report = await runner.execute(index, {
        attempt: 1,
        signal: this.abort.signal,
        graded,
        probe: sample.probe,
        onUse: sample.onUse,
      });
      failed = report.error?.class;
    } catch (error) {
      failed = classOf(error);
    }
    const { endAt, ...outcome } = sample.end(report, failed);
    try {
      onOutcome?.({
        ...outcome,
        dueMs: dueAt - originMs,
        sentMs: sentAt - originMs,
        endMs: endAt - originMs,
      });
    } catch (thrown) {
      this.fail(thrown);
    }
    if (this.options.profile.mode === 'closed') this.users.ended();
    this.checkDone();
  }

  private checkDone(): void {
    if (!this.isEnded || this.leased.length > 0) return;
    if (this.inFlight === 0) {
      this.whenDone?.();
    } else if (!this.graceful) {
      this.graceful = setTimeout(
        () => this.abort.abort(new Cancelled('The test is over')),
        this.options.profile.gracefulStopMs,
      );
    }
  }
}

function classOf(error: unknown): string {
  if (error instanceof Cancelled) return 'cancelled';
  if (error instanceof BudgetExhausted) return 'budget';
  // What is no error of an item is a fault of ours, and must be seen as one.
  process.emitWarning(
    error instanceof Error ? error.stack ?? error.message : String(error),
  );
  return 'engine';
}
