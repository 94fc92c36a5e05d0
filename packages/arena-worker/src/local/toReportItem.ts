import { ReportItem } from '@backstage-arena/arena-engine';
import { ItemReport, RunPlan } from '@backstage-arena/plugin-arena-common';
import { cellAt } from '@backstage-arena/plugin-arena-common/run';

/** The row that a report has of an item. */
export function toReportItem(plan: RunPlan, report: ItemReport): ReportItem {
  const { scenario, provider, region, variant, trial } = cellAt(
    plan,
    report.index,
  );
  // A row has no transcript. It is not left out, which would copy the rest the slow way, once for each item.
  const item = {
    ...report,
    transcript: undefined,
    scenario: scenario.id,
    provider: provider.id,
    region,
    variant,
    trial,
  };
  return item;
}
