import { z } from 'zod/v4';
import type { ArrivalSchedule } from './ArrivalSchedule';
import type { LoadTotals } from './LoadAccumulator';
import type { LoadTime } from './LoadRecord';

const count = z.int().min(0);
const ms = z.number().min(0).optional();

/** One second of a load test in numbers, over all its workers. Times are milliseconds; what has no value is absent. @public */
export const loadSeriesRowSchema = z.object({
  /** Counts from the start of the test. */
  second: count,
  /** Arrivals that are due in the second; absent in a closed loop. */
  target: count.optional(),
  /** Workers that reported the second. */
  workers: count,
  sent: count,
  completed: count,
  succeeded: count,
  rateLimited: count,
  dropped: count,
  good: count,
  inFlight: count,
  latencyP50: ms,
  latencyP90: ms,
  latencyP99: ms,
  ttftP50: ms,
  ttftP99: ms,
  latenessP99: ms,
  inputTokens: count,
  outputTokens: count,
  cost: z.number().min(0),
});

/** @public */
export type LoadSeriesRow = z.infer<typeof loadSeriesRowSchema>;

/** Names of the columns, in order. @public */
export const LOAD_SERIES_COLUMNS = Object.keys(
  loadSeriesRowSchema.shape,
) as Array<keyof LoadSeriesRow>;

/** @public */
export interface LoadSecondTotals {
  second: number;
  /** Of all workers. */
  totals: LoadTotals;
  workers: number;
  inFlight: number;
  /** Absent in a closed loop. */
  schedule?: ArrivalSchedule;
}

/** @public */
export function loadSeriesRow(options: LoadSecondTotals): LoadSeriesRow {
  const { second, totals, schedule, workers, inFlight } = options;
  const { counts, times } = totals;
  const level = (name: LoadTime, percentile: number) =>
    times.get(name)?.percentile(percentile);
  return {
    second,
    target:
      schedule &&
      schedule.arrivalsUntil((second + 1) * 1_000) -
        schedule.arrivalsUntil(second * 1_000),
    workers,
    sent: counts.sent,
    completed: counts.completed,
    succeeded: counts.succeeded,
    rateLimited: counts.rateLimited,
    dropped: totals.droppedCount,
    good: counts.good,
    inFlight,
    latencyP50: level('latency', 50),
    latencyP90: level('latency', 90),
    latencyP99: level('latency', 99),
    ttftP50: level('ttft', 50),
    ttftP99: level('ttft', 99),
    latenessP99: level('lateness', 99),
    inputTokens: counts.inputTokens,
    outputTokens: counts.outputTokens,
    cost: counts.cost,
  };
}

/** A line of a table with {@link LOAD_SERIES_COLUMNS}. Numbers need no quotes. @public */
export function loadSeriesCsv(row: LoadSeriesRow): string {
  return LOAD_SERIES_COLUMNS.map(column => row[column] ?? '').join(',');
}
