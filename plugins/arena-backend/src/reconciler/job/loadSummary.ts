import { LoadReport } from '@backstage-arena/plugin-arena-common/load';
import { thresholdEntries } from './summary';

/** `status.result.summary` of a load test: the keys that every job has, and those of load tests, each as text. Times are milliseconds. */
export function buildLoadSummary(report: LoadReport): Record<string, string> {
  const { totals, cost, thresholds, audit, search } = report;
  const { completed, succeeded, times, dropped } = totals;
  const tokens = totals.inputTokens + totals.outputTokens;
  const summary: Record<string, string> = {
    passRate: (completed > 0 ? (succeeded / completed) * 100 : 0).toFixed(1),
    totalItems: String(completed),
    passedItems: String(succeeded),
    failedItems: String(completed - succeeded),
    avgDurationMs: String(Math.round(times.serviceTime?.mean ?? 0)),
    sent: String(totals.sent),
    sentRate: totals.sentRate.toFixed(2),
    dropped: String(
      Object.values(dropped).reduce((sum, number = 0) => sum + number, 0),
    ),
    lost: String(totals.lost),
    audit: audit.verdict,
    endedBy: report.endedBy,
  };
  if (totals.targetRate !== undefined) {
    summary.targetRate = totals.targetRate.toFixed(2);
  }
  if (totals.goodput !== undefined) summary.goodput = totals.goodput.toFixed(2);
  if (totals.errorRate !== undefined) {
    summary.errorRate = totals.errorRate.toFixed(4);
  }
  for (const name of ['latency', 'ttft'] as const) {
    const time = times[name];
    if (!time) continue;
    for (const level of ['p50', 'p95', 'p99'] as const) {
      summary[`${name}_${level}`] = String(Math.round(time[level]));
    }
  }
  if (tokens > 0) summary.totalTokens = String(tokens);
  if (cost.total > 0) summary.totalCost = cost.total.toFixed(4);
  if (search?.rate !== undefined) summary.highestRate = String(search.rate);
  return { ...summary, ...thresholdEntries(thresholds) };
}
