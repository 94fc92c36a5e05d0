import { InputError } from '@backstage/errors';
import { ArrivalMix } from '@backstage-arena/plugin-arena-common/load';
import { BundleContent } from '../bundle/BundleContent';
import { PlanError, PlanOptions } from '../Engine';
import type { PlannedRun } from './createPlan';
import { refuseUnpriced } from './refuseUnpriced';

/**
 * Refuses what a load test cannot be made of, before any worker is started.
 *
 * @throws PlanError: `InvalidMix`, or `NoPrice` within a budget
 */
export function refuseLoadTest(
  made: PlannedRun,
  content: BundleContent,
  options: Pick<PlanOptions, 'providers'> & {
    loadTest: NonNullable<PlanOptions['loadTest']>;
  },
): void {
  const { mix, hasBudget } = options.loadTest;
  try {
    // eslint-disable-next-line no-new -- it refuses what does not fit
    new ArrivalMix(made.plan, mix);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new PlanError('InvalidMix', error.message);
  }
  if (hasBudget) refuseUnpriced(made, content, options);
}
