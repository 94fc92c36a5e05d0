import {
  LATE_LOOP_MS,
  LoadReportBatch,
  LoadTotals,
} from '@backstage-arena/plugin-arena-common/load';

/** Of sending, in milliseconds at the 99th percentile of a second: above, the worker has more to do than it can. */
const LATE_MS = 20;
/** Share of a core. */
const BUSY_CPU = 0.85;
const IDLE_CPU = 0.2;
/** Seconds that are looked at, and how many of them must be overloaded. */
const HOT_WINDOW = 5;
const HOT_SECONDS = 3;
/** Seconds without any sign of load before a worker is let go. */
const IDLE_SECONDS = 30;
/** A new worker needs a while to take effect. */
const COOL_DOWN_MS = 10_000;

interface Second {
  hot: boolean;
  idle: boolean;
}

/**
 * How many workers a load test should have: more while they send late or their event loops are late, fewer when they have been idle for long. It
 * speaks of the workers alone; a system under test that is slow is no reason.
 */
export class LoadScaler {
  private readonly seconds = new Map<number, Second>();
  private changedAt = -Infinity;

  /**
   * What a worker recorded of one second.
   *
   * @param totals - of the batch
   */
  add(
    { worker }: LoadReportBatch,
    { counts, times, dropped }: LoadTotals,
  ): void {
    const { second, elapsedMs, cpuMs, spinMs, eventLoopDelay } = worker;
    const lateness = times.get('lateness');
    const cpu = elapsedMs > 0 ? (cpuMs - spinMs) / elapsedMs : 0;
    const isHot =
      (dropped.late ?? 0) > 0 ||
      cpu > BUSY_CPU ||
      eventLoopDelay.p99 > LATE_LOOP_MS ||
      (lateness?.percentile(99) ?? 0) > LATE_MS;
    const known = this.seconds.get(second) ?? { hot: false, idle: true };
    this.seconds.set(second, {
      hot: known.hot || isHot,
      // Without a load, as in a pause, there is nothing to be idle at.
      idle: known.idle && !isHot && cpu < IDLE_CPU && counts.sent > 0,
    });
    for (const key of this.seconds.keys()) {
      if (key < second - 2 * IDLE_SECONDS) this.seconds.delete(key);
    }
  }

  /** What was recorded so far counts no more. */
  forget(): void {
    this.seconds.clear();
  }

  /**
   * @param nowMs - from the start of the test
   * @param current - workers that it has now
   */
  decide(options: {
    nowMs: number;
    current: number;
    min: number;
    max: number;
  }): number {
    const { nowMs, min, max } = options;
    // Right after another replica took over, none may be known yet.
    const current = Math.max(options.current, min);
    if (nowMs - this.changedAt < COOL_DOWN_MS) return current;
    const latest = [...this.seconds.entries()].sort(([a], [b]) => b - a);
    const recent = latest.slice(0, HOT_WINDOW);
    const hot = recent.filter(([, { hot: isHot }]) => isHot).length;
    const idle = latest.slice(0, IDLE_SECONDS);
    let wanted = current;
    if (hot >= HOT_SECONDS) wanted = current + Math.ceil(current / 2);
    else if (
      idle.length === IDLE_SECONDS &&
      idle.every(([, { idle: isIdle }]) => isIdle)
    ) {
      wanted = current - 1;
    }
    wanted = Math.min(Math.max(wanted, min), max);
    if (wanted !== current) {
      this.changedAt = nowMs;
      this.seconds.clear();
    }
    return wanted;
  }
}
