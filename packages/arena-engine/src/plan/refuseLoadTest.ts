import { InputError } from '@backstage/errors';
import { ArrivalMix } from '@backstage-arena/plugin-arena-common/load';
import { BundleContent } from '../bundle/BundleContent';
import { PlanError, PlanOptions } from '../Engine';
import {
  refuseEmbeddings,
  requirePrices,
} from '../providers/limits/requirePrices';
import type { PlannedRun } from './createPlan';

/**
 * Refuses what a load test cannot be made of, before any worker is started.
 *
 * @throws PlanError: `InvalidMix`, or `NoPrice` within a budget
 */
export function refuseLoadTest(
  { plan, providers }: PlannedRun,
  content: BundleContent,
  { mix, hasBudget }: NonNullable<PlanOptions['loadTest']>,
): void {
  try {
    // eslint-disable-next-line no-new -- it refuses what does not fit
    new ArrivalMix(plan, mix);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new PlanError('InvalidMix', error.message);
  }
  if (!hasBudget) return;
  refuseEmbeddings(plan, content);
  for (const provider of providers) {
    if (provider) requirePrices(provider, content.arena.defaults.max_tokens);
  }
}
