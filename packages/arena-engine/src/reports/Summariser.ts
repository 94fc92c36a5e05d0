import {
  CellClass,
  CellStatistics,
} from '@backstage-arena/plugin-arena-common';
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
  private classes?: Record<CellClass, number>;

  add(item: ReportItem): void {
    const { totals } = this;
    totals.total++;
    totals[item.status]++;
    totals.inputTokens += item.inputTokens;
    totals.outputTokens += item.outputTokens;
    totals.cost += item.cost;
    totals.durationMs += item.durationMs;
  }

  /** A cell with more than one item. */
  addCell(cell: Pick<CellStatistics, 'class'>): void {
    this.classes ??= { stable: 0, flaky: 0, broken: 0 };
    if (cell.class) this.classes[cell.class]++;
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
      ...(this.classes && { classes: this.classes }),
    };
  }
}
