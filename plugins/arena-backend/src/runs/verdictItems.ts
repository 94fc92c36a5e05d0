import { PlanCell, RunPlan } from '@backstage-arena/plugin-arena-common';
import { PlannedRun } from './PlannedRun';

/** What says which items of a run decide the verdict of its job. */
type VerdictRule = {
  pins: Pick<PlannedRun['pins'], 'compat'>;
  picked: boolean;
};

/**
 * The original looks at the first trial of the first variant only. Items that somebody picked by hand all decide: otherwise a re-run
 * of later trials would have no verdict.
 */
export function onlyFirstTrialCounts({ pins, picked }: VerdictRule): boolean {
  return pins.compat && !picked;
}

/** Whether an item decides the verdict. */
export function decidesVerdict(
  run: VerdictRule,
  cell: Pick<PlanCell, 'variant' | 'trial'>,
): boolean {
  const isFirst = cell.variant === 0 && cell.trial === 0;
  return isFirst || !onlyFirstTrialCounts(run);
}

/** How many items decide the verdict. */
export function verdictTotal(
  run: VerdictRule & { plan: RunPlan; total: number },
): number {
  if (!onlyFirstTrialCounts(run)) return run.total;
  return run.plan.scenarios.reduce(
    (sum, { providers }) => sum + run.plan.regions.length * providers.length,
    0,
  );
}
