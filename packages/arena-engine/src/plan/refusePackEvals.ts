import { BundleContent } from '../bundle/BundleContent';
import { checkNames, findCheck } from '../checks/registry';
import { WRAPPERS } from '../checks/wrappers';
import { PlanError, PlanOptions } from '../Engine';
import { selectPackEvals } from '../evals/PackEvals';
import { nearMiss } from '../text/suggest';

/**
 * Refuses a run with evaluations of an unknown type: nobody would notice that they never judge anything.
 *
 * @throws PlanError with reason `UnknownEval`.
 */
export function refusePackEvals(
  { arena, arenaFile }: BundleContent,
  options: Pick<PlanOptions, 'skipPackEvals' | 'evalTypes'>,
): void {
  const unknown = selectPackEvals(arena.pack_evals ?? [], options).find(
    ({ type }) => !WRAPPERS.has(type) && !findCheck(type),
  );
  if (!unknown) return;
  const guess = nearMiss(unknown.type, checkNames());
  throw new PlanError(
    'UnknownEval',
    `${arenaFile}: the evaluation "${
      unknown.id
    }" of pack_evals has the unknown type "${unknown.type}"${
      guess ? `. Did you mean "${guess}"?` : ''
    }`,
  );
}
