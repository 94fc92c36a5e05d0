import { useEffect, useRef } from 'react';
import { Query } from '../../hooks/useQuery';
import { ClusterChoice, isAway } from './ClusterScope';

/**
 * Ties what is read from a cluster to its state: a reading that fails makes it be looked at, and when it is back, what is shown is read
 * again.
 *
 * @returns the error to show, if any: that a cluster is away is said by its notice
 */
export function useClusterQuery(
  choice: ClusterChoice,
  query: Pick<Query<unknown>, 'error' | 'reload'>,
): Error | undefined {
  const away = isAway(choice);
  const wasAway = useRef(away);
  const { recheck } = choice;
  const { error, reload } = query;
  useEffect(() => {
    if (error) recheck();
  }, [error, recheck]);
  useEffect(() => {
    if (wasAway.current && !away) reload();
    wasAway.current = away;
  }, [away, reload]);
  return away ? undefined : error;
}
