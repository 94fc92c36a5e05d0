import { LoadSecond } from '@backstage-arena/arena-engine';

/** One second of a load test in numbers. Times are milliseconds; what has no value is absent. */
export interface SeriesRow {
  second: number;
  /** Arrivals that are due in the second; absent in a closed loop. */
  target?: number;
  sent: number;
  completed: number;
  succeeded: number;
  rateLimited: number;
  dropped: number;
  good: number;
  inFlight: number;
  latencyP50?: number;
  latencyP90?: number;
  latencyP99?: number;
  ttftP50?: number;
  ttftP99?: number;
  latenessP99?: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
}

const COLUMNS = [
  'second',
  'target',
  'sent',
  'completed',
  'succeeded',
  'rateLimited',
  'dropped',
  'good',
  'inFlight',
  'latencyP50',
  'latencyP90',
  'latencyP99',
  'ttftP50',
  'ttftP99',
  'latenessP99',
  'inputTokens',
  'outputTokens',
  'cost',
] as const satisfies ReadonlyArray<keyof SeriesRow>;

/** First line of the table. */
export const SERIES_HEADER = COLUMNS.join(',');

export function seriesRow({ batch, totals, schedule }: LoadSecond): SeriesRow {
  const { counts, times } = totals;
  const { worker } = batch;
  const { second } = worker;
  const level = (name: 'latency' | 'ttft' | 'lateness', percentile: number) =>
    times.get(name)?.percentile(percentile);
  return {
    second,
    target:
      schedule &&
      schedule.arrivalsUntil((second + 1) * 1_000) -
        schedule.arrivalsUntil(second * 1_000),
    sent: counts.sent,
    completed: counts.completed,
    succeeded: counts.succeeded,
    rateLimited: counts.rateLimited,
    dropped: totals.droppedCount,
    good: counts.good,
    inFlight: worker.inFlight,
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

/** Numbers need no quotes. */
export function toCsvLine(row: SeriesRow): string {
  return COLUMNS.map(column => row[column] ?? '').join(',');
}
