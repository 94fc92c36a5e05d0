import {
  DropReason,
  LOAD_TIMES,
  LoadCounts,
  LoadHistogram,
  LoadRecord,
  LoadSeries,
  LoadTime,
  noCounts,
} from '@backstage-arena/plugin-arena-common/load';

/** Histograms that are free: making them costs more than emptying them. */
const pool: LoadHistogram[] = [];
const MAX_POOL = 500;

/** Counts and times of one provider. */
export class SeriesRecord {
  readonly counts: LoadCounts = noCounts();
  private readonly times: Partial<Record<LoadTime, LoadHistogram>> = {};

  /** @param ms - milliseconds */
  time(name: LoadTime, ms: number): void {
    const histogram =
      this.times[name] ??
      (this.times[name] = pool.pop() ?? new LoadHistogram());
    histogram.record(ms);
  }

  /** Ends the record; `pause` lets other work in between two histograms. */
  async close(pause: () => Promise<void>): Promise<LoadSeries> {
    const times: LoadSeries['times'] = {};
    for (const name of LOAD_TIMES) {
      const histogram = this.times[name];
      if (!histogram) continue;
      times[name] = histogram.encode();
      histogram.reset();
      if (pool.length < MAX_POOL) pool.push(histogram);
      await pause();
    }
    return { ...this.counts, times };
  }
}

/** What happened for the arrivals of one stage. */
interface StageRecord {
  readonly providers: Map<string, SeriesRecord>;
  readonly scenarios: Map<string, LoadCounts>;
  readonly dropped: LoadRecord['dropped'];
}

/** What happened within one second. */
export class SecondRecord {
  private readonly stages = new Map<number, StageRecord>();

  constructor(readonly second: number) {}

  series(stage: number, provider: string): SeriesRecord {
    const { providers } = this.stage(stage);
    let series = providers.get(provider);
    if (!series) providers.set(provider, (series = new SeriesRecord()));
    return series;
  }

  scenario(stage: number, scenario: string): LoadCounts {
    const { scenarios } = this.stage(stage);
    let counts = scenarios.get(scenario);
    if (!counts) scenarios.set(scenario, (counts = noCounts()));
    return counts;
  }

  drop(stage: number, reason: DropReason): void {
    const { dropped } = this.stage(stage);
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  }

  async close(pause: () => Promise<void>): Promise<LoadRecord[]> {
    const records: LoadRecord[] = [];
    for (const [stage, { providers, scenarios, dropped }] of this.stages) {
      const series: LoadRecord['providers'] = {};
      for (const [id, record] of providers) {
        series[id] = await record.close(pause);
      }
      records.push({
        second: this.second,
        stage,
        providers: series,
        scenarios: Object.fromEntries(scenarios),
        dropped,
      });
    }
    return records;
  }

  private stage(stage: number): StageRecord {
    let record = this.stages.get(stage);
    if (!record) {
      record = { providers: new Map(), scenarios: new Map(), dropped: {} };
      this.stages.set(stage, record);
    }
    return record;
  }
}
