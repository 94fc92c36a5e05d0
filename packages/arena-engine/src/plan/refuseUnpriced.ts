import { BundleContent } from '../bundle/BundleContent';
import { PlanOptions } from '../Engine';
import {
  refuseEmbeddings,
  refuseMedia,
  requirePrices,
} from '../providers/limits/requirePrices';
import { findJudges, findPlayers } from '../runner/RoleProviders';
import type { PlannedRun } from './createPlan';

/**
 * Refuses a run within a budget whose calls may cost anything: those of what is tested, of judges, and of simulated users.
 *
 * @throws PlanError with the reason `NoPrice`, naming the provider or the scenario
 */
export function refuseUnpriced(
  { plan, providers }: PlannedRun,
  content: BundleContent,
  options: Pick<PlanOptions, 'providers'>,
): void {
  refuseEmbeddings(plan, content);
  refuseMedia(plan, content);
  const given = options.providers ?? [];
  const all = [
    ...providers,
    ...findJudges(content, given).values(),
    ...findPlayers(content, given).values(),
  ];
  for (const provider of all) {
    if (provider) requirePrices(provider, content.arena.defaults.max_tokens);
  }
}
