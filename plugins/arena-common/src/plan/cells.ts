import { PlanCell, RunPlan } from './RunPlan';

/** Number of items of one scenario. */
export function scenarioSize(
  plan: Pick<RunPlan, 'regions'>,
  scenario: { providers: number[]; variants: number; trials: number },
): number {
  return (
    plan.regions.length *
    scenario.providers.length *
    scenario.variants *
    scenario.trials
  );
}

/**
 * Completes a plan with its prefix sums.
 *
 * @public
 */
export function withOffsets(plan: Omit<RunPlan, 'offsets' | 'total'>): RunPlan {
  const offsets = [0];
  for (const scenario of plan.scenarios) {
    offsets.push(offsets[offsets.length - 1] + scenarioSize(plan, scenario));
  }
  return { ...plan, offsets, total: offsets[offsets.length - 1] };
}

/**
 * Finds the cell of an item in O(log scenarios).
 *
 * @throws RangeError when the index is not an item of the plan.
 * @public
 */
export function cellAt(plan: RunPlan, index: number): PlanCell {
  if (!Number.isInteger(index) || index < 0 || index >= plan.total) {
    throw new RangeError(
      `Item ${index} is not in the plan: allowed are 0 to ${plan.total - 1}`,
    );
  }
  let low = 0;
  let high = plan.scenarios.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (plan.offsets[middle] <= index) low = middle;
    else high = middle - 1;
  }
  const scenario = plan.scenarios[low];
  let rest = index - plan.offsets[low];
  const trial = rest % scenario.trials;
  rest = Math.floor(rest / scenario.trials);
  const variant = rest % scenario.variants;
  rest = Math.floor(rest / scenario.variants);
  const providerIndex = scenario.providers[rest % scenario.providers.length];
  const region = plan.regions[Math.floor(rest / scenario.providers.length)];
  return {
    index,
    scenarioIndex: low,
    providerIndex,
    scenario,
    provider: plan.providers[providerIndex],
    region,
    variant,
    trial,
  };
}

/**
 * The stable identity of an item's content, for comparison across runs: it does not change when other scenarios
 * or providers are added.
 *
 * @public
 */
export function itemKey(cell: PlanCell): string {
  return [
    cell.scenario.key,
    cell.provider.key,
    cell.region,
    cell.variant,
    cell.trial,
  ].join('/');
}
