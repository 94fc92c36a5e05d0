import { ArenaJob, ArenaJobSpec } from '@backstage-arena/plugin-arena-common';
import { isTerminal } from '../reconciler/job/nextJobState';

/**
 * Children that the history limits leave no room for.
 *
 * @param children - latest first
 */
export function expiredChildren(
  children: readonly ArenaJob[],
  {
    successfulRunsHistoryLimit,
    failedRunsHistoryLimit,
  }: NonNullable<ArenaJobSpec['schedule']>,
): ArenaJob[] {
  const left = {
    good: successfulRunsHistoryLimit,
    bad: failedRunsHistoryLimit,
  };
  return children.filter(({ metadata, status }) => {
    if (!isTerminal(status?.phase) || metadata.deletionTimestamp) return false;
    const kind = status?.phase === 'Succeeded' ? 'good' : 'bad';
    left[kind] -= 1;
    return left[kind] < 0;
  });
}
