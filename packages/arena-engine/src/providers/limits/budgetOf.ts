import { RunnerOptions } from '../../Engine';
import { CallBudget } from './CallBudget';

/** What the calls of a run may spend; undefined without a limit. */
export function budgetOf(
  options: Pick<RunnerOptions, 'load' | 'budget'>,
): CallBudget | undefined {
  return options.load?.budget ?? options.budget;
}
