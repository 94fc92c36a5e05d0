import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { labelValue, RUN_LABEL } from './workerNames';

interface Owned {
  labels?: Record<string, string>;
  ownerReferences?: Array<{ kind: string; name: string; uid: string }>;
}

/**
 * Whether an object is that of the run, or merely has its name: it may be left of an ArenaJob of the same name that was deleted, or be somebody
 * else's. By UID, because names come again.
 */
export function ownedBy(
  { labels, ownerReferences = [] }: Owned,
  { jobUid, runId }: Pick<WorkerPoolSpec, 'jobUid' | 'runId'>,
): { ours: boolean; owner: string } {
  const [first] = ownerReferences;
  return {
    ours:
      ownerReferences.some(({ uid }) => uid === jobUid) &&
      labels?.[RUN_LABEL] === labelValue(runId),
    owner: first
      ? `${first.kind} ${first.name} (UID ${first.uid})`
      : 'nobody that it names',
  };
}
