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

/** Counts and times added up. @public */
export class LoadTotals {
  readonly counts: LoadCounts = noCounts();
  readonly dropped: Partial<Record<DropReason, number>> = {};
  readonly times = new Map<LoadTime, LoadHistogram>();

  addSeries(series: LoadSeries): void {
    addCounts(this.counts, series);
    for (const time of LOAD_TIMES) {
      const encoded = series.times[time];
      if (encoded !== undefined) this.time(time).addEncoded(encoded);
    }
  }

  addDropped(dropped: Partial<Record<DropReason, number>>): void {
    for (const [reason, number = 0] of Object.entries(dropped)) {
      const key = reason as DropReason;
      this.dropped[key] = (this.dropped[key] ?? 0) + number;
    }
  }

  add(other: LoadTotals): void {
    addCounts(this.counts, other.counts);
    this.addDropped(other.dropped);
    for (const [time, histogram] of other.times) this.time(time).add(histogram);
  }

  /** Arrivals that were not sent. */
  get droppedCount(): number {
    return Object.values(this.dropped).reduce((sum, number) => sum + number, 0);
  }

  private time(time: LoadTime): LoadHistogram {
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
  /** Largest of all seconds. */
  eventLoopDelayP99Ms: number;
  eventLoopDelayMaxMs: number;
  inFlight: number;
  rssBytes: number;
  connectionsOpened: number;
  connectionsReused: number;
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
  /** What was spent in all, warm-up included. */
  cost = 0;

  /** @param isMeasured - whether a stage counts, by its position */
  constructor(private readonly isMeasured: (stage: number) => boolean) {}

  add({ worker, records }: LoadReportBatch): void {
    const own = entry(this.workers, worker.workerId, newWorker);
    addWorker(own, worker);
    for (const { stage, providers, scenarios, dropped } of records) {
      const totals = entry(this.stages, stage, () => new LoadTotals());
      totals.addDropped(dropped);
      const isMeasured = this.isMeasured(stage);
      if (isMeasured) own.totals.addDropped(dropped);
      for (const [id, series] of Object.entries(providers)) {
        this.cost += series.cost;
        totals.addSeries(series);
        if (!isMeasured) continue;
        own.totals.addSeries(series);
        entry(this.providers, id, () => new LoadTotals()).addSeries(series);
      }
      if (!isMeasured) continue;
      for (const [id, counts] of Object.entries(scenarios)) {
        addCounts(entry(this.scenarios, id, noCounts), counts);
      }
    }
  }

  /** Of all measured stages. */
  get measured(): LoadTotals {
    const all = new LoadTotals();
    for (const [stage, totals] of this.stages) {
      if (this.isMeasured(stage)) all.add(totals);
    }
    return all;
  }
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
    eventLoopDelayP99Ms: 0,
    eventLoopDelayMaxMs: 0,
    inFlight: 0,
    rssBytes: 0,
    connectionsOpened: 0,
    connectionsReused: 0,
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
}
