import { RunPlan } from '@backstage-arena/plugin-arena-common';

/** More cells than this are not compared: it would hold up everybody else for seconds. */
export const MAX_COMPARED_CELLS = 200_000;

/** How many cells a run has that are compared one by one. */
export function cellsOf({
  regions,
  scenarios,
}: Pick<RunPlan, 'regions' | 'scenarios'>): number {
  return scenarios.reduce(
    (sum, { providers, variants }) =>
      sum + regions.length * providers.length * variants,
    0,
  );
}
