import {
  LoadReportBatch,
  LoadTotals,
} from '@backstage-arena/plugin-arena-common/load';

/** What comes later than this is in the report alone. */
export const KEPT_SECONDS = 30;

/** One second over all workers, so far. */
export interface SecondTotals {
  totals: LoadTotals;
  workers: Set<string>;
  inFlight: number;
}

/** The latest seconds of a load test, put together from what its workers report; older ones are let go once they were written. */
export class SecondsWindow {
  private readonly seconds = new Map<number, SecondTotals>();
  private readonly unwritten = new Set<number>();
  private latest = -1;

  /**
   * @param totals - of the batch
   * @returns false when the second is no longer kept
   */
  add({ worker }: LoadReportBatch, totals: LoadTotals): boolean {
    const { second, workerId, inFlight } = worker;
    if (second > this.latest) {
      this.latest = second;
      for (const key of this.seconds.keys()) {
        if (key <= second - KEPT_SECONDS && !this.unwritten.has(key)) {
          this.seconds.delete(key);
        }
      }
    }
    let entry = this.seconds.get(second);
    if (!entry) {
      if (second <= this.latest - KEPT_SECONDS) return false;
      entry = { totals: new LoadTotals(), workers: new Set(), inFlight: 0 };
      this.seconds.set(second, entry);
    }
    entry.totals.add(totals);
    entry.workers.add(workerId);
    entry.inFlight += inFlight;
    this.unwritten.add(second);
    return true;
  }

  /** What has changed since it was written last, in order. */
  get changed(): Array<[number, SecondTotals]> {
    return [...this.unwritten]
      .sort((a, b) => a - b)
      .map(second => [second, this.seconds.get(second)!]);
  }

  /** What has changed is written. */
  settle(): void {
    this.unwritten.clear();
  }
}
