import { LoadHistogram } from './LoadHistogram';
import {
  addCounts,
  DropReason,
  LOAD_TIMES,
  LoadCounts,
  LoadReportBatch,
  LoadSeries,
  LoadTime,
  noCounts,
  WorkerSecond,
} from './LoadRecord';
import type { MeasuredStage } from './MeasuredStage';

/**
 * Of a second: with a longer delay of the event loop, in milliseconds at the 99th percentile, the times of that second are those of the worker too.
 *
 * @public
 */
export const LATE_LOOP_MS = 50;

/** Counts and times added up. @public */
export class LoadTotals {
  readonly counts: LoadCounts = noCounts();
  readonly dropped: Partial<Record<DropReason, number>> = {};
  readonly times = new Map<LoadTime, LoadHistogram>();

  addDropped(dropped: Partial<Record<DropReason, number>>): void {
    for (const [reason, number = 0] of Object.entries(dropped)) {
      const key = reason as DropReason;
      this.dropped[key] = (this.dropped[key] ?? 0) + number;
    }
  }

  /** Adds all of another. */
  add(other: LoadTotals): void {
    addCounts(this.counts, other.counts);
    this.addDropped(other.dropped);
    other.times.forEach((histogram, name) => this.time(name).add(histogram));
  }

  /** Arrivals that were not sent. */
  get droppedCount(): number {
    return Object.values(this.dropped).reduce((sum, number) => sum + number, 0);
  }

  /** The histogram of a time, made when there is none. */
  time(time: LoadTime): LoadHistogram {
    const known = this.times.get(time);
    if (known) return known;
    const histogram = new LoadHistogram();
    this.times.set(time, histogram);
    return histogram;
  }
}

/** How a worker fared, over all its seconds. @public */
export interface WorkerTotals {
  readonly totals: LoadTotals;
  seconds: number;
  elapsedMs: number;
  cpuMs: number;
  spinMs: number;
  /** Of {@link WorkerTotals.seconds}, those that lie in a stage that is measured and has a load, as milliseconds. */
  loadedMs: number;
  /** Of these, the seconds whose event loop was late; see {@link LATE_LOOP_MS}. */
  lateLoopMs: number;
  /** Largest of all seconds. */
  eventLoopDelayP99Ms: number;
  eventLoopDelayMaxMs: number;
  inFlight: number;
  rssBytes: number;
  connectionsOpened: number;
  connectionsReused: number;
  /** Earliest and latest second that it told of. */
  firstSecond: number;
  lastSecond: number;
  /** It ended in order. */
  hasEnded: boolean;
}

/**
 * Adds up what workers report. The order does not matter. Memory is bounded by the numbers of stages, providers, scenarios and workers.
 *
 * @public
 */
export class LoadAccumulator {
  readonly stages = new Map<number, LoadTotals>();
  /** Of measured stages only. */
  readonly providers = new Map<string, LoadTotals>();
  readonly scenarios = new Map<string, LoadCounts>();
  readonly workers = new Map<string, WorkerTotals>();
  /** Of all measured stages. */
  readonly measured = new LoadTotals();
  /** What was spent in all, warm-up included. */
  cost = 0;

  /** @param stagesNow - the stages of the test as they are when it is called */
  constructor(private readonly stagesNow: () => readonly MeasuredStage[]) {}

  /** The latest second that was told of; -1 when none was. */
  get lastSecond(): number {
    const seconds = [...this.workers.values()].map(each => each.lastSecond);
    return Math.max(-1, ...seconds);
  }

  /** @returns the batch alone, added up over stages and providers */
  add(batch: LoadReportBatch): LoadTotals {
    const parts = this.parts(batch);
    let part = parts.next();
    while (!part.done) part = parts.next();
    return part.value;
  }

  /**
   * The same, with something else in between: a batch of many histograms takes longer than whoever sends in time can wait.
   *
   * @param pause - called after each histogram
   */
  async addInParts(
    batch: LoadReportBatch,
    pause: () => Promise<unknown>,
  ): Promise<LoadTotals> {
    const parts = this.parts(batch);
    let part = parts.next();
    while (!part.done) {
      await pause();
      part = parts.next();
    }
    return part.value;
  }

  private *parts({
    worker,
    records,
  }: LoadReportBatch): Generator<void, LoadTotals> {
    const batch = new LoadTotals();
    const own = entry(this.workers, worker.workerId, newWorker);
    addWorker(own, worker);
    if (this.isLoaded(worker.second)) {
      own.loadedMs += worker.elapsedMs;
      if (worker.eventLoopDelay.p99 > LATE_LOOP_MS) {
        own.lateLoopMs += worker.elapsedMs;
      }
    }
    for (const { stage, providers, scenarios, dropped } of records) {
      const isMeasured = this.isMeasured(stage);
      const sums = [batch, entry(this.stages, stage, newTotals)];
      if (isMeasured) sums.push(own.totals, this.measured);
      sums.forEach(totals => totals.addDropped(dropped));
      for (const [id, series] of Object.entries(providers)) {
        this.cost += series.cost;
        const all = isMeasured
          ? [...sums, entry(this.providers, id, newTotals)]
          : sums;
        yield* addSeries(all, series);
      }
      if (!isMeasured) continue;
      for (const [id, counts] of Object.entries(scenarios)) {
        addCounts(entry(this.scenarios, id, noCounts), counts);
      }
    }
    return batch;
  }

  private isMeasured(stage: number): boolean {
    return this.stagesNow()[stage]?.measured ?? true;
  }

  private isLoaded(second: number): boolean {
    return this.stagesNow().some(
      ({ measured, startMs, endMs, from, to }) =>
        measured &&
        from + to > 0 &&
        startMs < (second + 1) * 1_000 &&
        endMs > second * 1_000,
    );
  }
}

/** Yields after each histogram. */
function* addSeries(
  sums: readonly LoadTotals[],
  series: LoadSeries,
): Generator<void, void> {
  sums.forEach(({ counts }) => addCounts(counts, series));
  for (const name of LOAD_TIMES) {
    const encoded = series.times[name];
    if (encoded === undefined) continue;
    LoadHistogram.addEncoded(
      encoded,
      sums.map(totals => totals.time(name)),
    );
    yield;
  }
}

function newTotals(): LoadTotals {
  return new LoadTotals();
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

function newWorker(): WorkerTotals {
  return {
    totals: new LoadTotals(),
    seconds: 0,
    elapsedMs: 0,
    cpuMs: 0,
    spinMs: 0,
    loadedMs: 0,
    lateLoopMs: 0,
    eventLoopDelayP99Ms: 0,
    eventLoopDelayMaxMs: 0,
    inFlight: 0,
    rssBytes: 0,
    connectionsOpened: 0,
    connectionsReused: 0,
    firstSecond: Infinity,
    lastSecond: -1,
    hasEnded: false,
  };
}

function addWorker(target: WorkerTotals, more: WorkerSecond): void {
  target.seconds += 1;
  target.elapsedMs += more.elapsedMs;
  target.cpuMs += more.cpuMs;
  target.spinMs += more.spinMs;
  target.connectionsOpened += more.connectionsOpened;
  target.connectionsReused += more.connectionsReused;
  const { p99, max } = more.eventLoopDelay;
  target.eventLoopDelayP99Ms = Math.max(target.eventLoopDelayP99Ms, p99);
  target.eventLoopDelayMaxMs = Math.max(target.eventLoopDelayMaxMs, max);
  target.inFlight = Math.max(target.inFlight, more.inFlight);
  target.rssBytes = Math.max(target.rssBytes, more.rssBytes);
  target.firstSecond = Math.min(target.firstSecond, more.second);
  if (more.second >= target.lastSecond) {
    target.lastSecond = more.second;
    // One of the same name may go on.
    target.hasEnded = more.last ?? false;
  }
}
