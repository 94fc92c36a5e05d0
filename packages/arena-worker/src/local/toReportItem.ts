import { ReportItem } from '@backstage-arena/arena-engine';
import { ItemReport, RunPlan } from '@backstage-arena/plugin-arena-common';
import { cellAt } from '@backstage-arena/plugin-arena-common/run';

/** The row that a report has of an item. */
export function toReportItem(plan: RunPlan, report: ItemReport): ReportItem {
  const { transcript: _, ...rest } = report;
  const { scenario, provider, region, variant, trial } = cellAt(
    plan,
    report.index,
  );
  return {
    ...rest,
    scenario: scenario.id,
    provider: provider.id,
    region,
    variant,
    trial,
  };
}
