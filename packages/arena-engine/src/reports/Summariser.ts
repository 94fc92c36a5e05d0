import { ReportItem, ReportSummary } from '../Engine';

/** Adds up the totals of a report. */
export class Summariser {
  private readonly totals = {
    total: 0,
    passed: 0,
    failed: 0,
    errored: 0,
    inputTokens: 0,
    outputTokens: 0,
    cost: 0,
    durationMs: 0,
  };

  add(item: ReportItem): void {
    const { totals } = this;
    totals.total++;
    totals[item.status]++;
    totals.inputTokens += item.inputTokens;
    totals.outputTokens += item.outputTokens;
    totals.cost += item.cost;
    totals.durationMs += item.durationMs;
  }

  get summary(): ReportSummary {
    const { total, passed, failed, errored, ...rest } = this.totals;
    return {
      total,
      passed,
      failed,
      errored,
      passRate: total === 0 ? 0 : passed / total,
      ...rest,
    };
  }
}
