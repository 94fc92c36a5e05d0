import { PlanCell } from '../plan/RunPlan';
import { attemptSeed } from './attempts';
import { DatasetProfile } from './DatasetProfile';
import { Provenance } from './DatasetState';

/**
 * Where the row of an attempt comes from.
 *
 * @param cell - of the attempt
 * @public
 */
export function provenanceOf(
  cell: PlanCell,
  { seed }: Pick<DatasetProfile, 'seed'>,
  persona: string | undefined,
): Provenance {
  const { scenario, provider, region, variant, index } = cell;
  return {
    scenario: scenario.id,
    provider: provider.id,
    region,
    variant,
    ...(persona === undefined ? {} : { persona }),
    attempt: index,
    seed: attemptSeed(seed, index),
  };
}
