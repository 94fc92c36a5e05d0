import {
  ArenaConfigSpec,
  ArenaJobSpec,
} from '@backstage-arena/plugin-arena-common';

/**
 * Names what the object asks for and this version cannot do. Such a job is held back: running it without would be a result
 * that looks like what was asked for and is not.
 */
export function unsupportedFeature(
  job: ArenaJobSpec,
  config?: ArenaConfigSpec,
): string | undefined {
  const problems: Array<string | false | undefined> = [
    job.evaluation?.budgetLimit !== undefined &&
      'spec.evaluation.budgetLimit: budgets cannot be enforced by this version; a threshold on total_cost fails the job after the fact',
    config?.selfPlay?.enabled &&
      'spec.selfPlay of the ArenaConfig: self-play is defined in the arena file alone in this version',
  ];
  return problems.find((p): p is string => typeof p === 'string');
}
